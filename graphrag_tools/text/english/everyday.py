"""General English of device manuals: verbs that begin an instruction, and what people say instead."""

VERBS = frozenset(
    "accept access activate add adjust allow answer apply archive arrange ask assign attach block borrow browse buy "
    "call capture change charge check choose clean clear close configure connect control convert copy create "
    "crop customize cut deactivate decline decrease define delete deny describe detach detect determine disable "
    "disconnect display dismiss download drag draw edit eject empty enable encrypt end enhance enlarge enter erase "
    "expand export fill filter find fit follow format forget forward free get give go group hear hide highlight "
    "identify import improve increase insert install join keep launch learn leave let limit link list listen locate "
    "lock log look lower magnify maintain make manage mark measure merge minimize modify monitor mount move mute "
    "name navigate notify open optimize organize pair pause perform personalize pick pin place play preview prevent "
    "print protect provide purchase put raise read rearrange receive recharge record recover reduce register reject "
    "remove rename repair repeat replace reply report request reset resize resolve respond restart restore restrict "
    "resume return review rotate run save scan schedule search secure see select send set share shop show shut "
    "silence simplify skip snooze sort speak start stop store stream summarize swap swipe switch sync synchronize "
    "take tap test touch track transfer translate turn type undo uninstall unlock unpair update upgrade upload use "
    "verify view visit wake watch wear write zoom".split()
)
EVERYDAY = {
    "access": ("open", "get to"),
    "activate": ("turn on", "start"),
    "adjust": ("change", "set"),
    "alert": ("warning", "beep"),
    "alerts": ("warnings", "messages"),
    "allow": ("let", "permit"),
    "application": ("app", "program"),
    "apply": ("use", "put"),
    "automatically": ("by itself", "on its own"),
    "brightness": ("light", "glare"),
    "browse": ("look through", "see"),
    "calls": ("phone calls", "calling"),
    "capture": ("take", "shoot"),
    "choose": ("pick", "set"),
    "configure": ("set up", "change"),
    "connect": ("hook up", "link"),
    "contacts": ("people", "friends"),
    "create": ("make", "set up"),
    "customize": ("change", "personalise"),
    "deactivate": ("turn off", "stop"),
    "delete": ("erase", "get rid of"),
    "device": ("gadget", "thing"),
    "disable": ("turn off", "switch off"),
    "display": ("show", "screen"),
    "download": ("get", "load"),
    "edit": ("change", "fix"),
    "enable": ("turn on", "switch on"),
    "enter": ("type", "put in"),
    "erase": ("wipe", "delete"),
    "feature": ("function", "thing"),
    "features": ("functions", "things"),
    "files": ("documents", "stuff"),
    "headphones": ("earphones", "headset"),
    "images": ("pictures", "photos"),
    "increase": ("raise", "make bigger"),
    "information": ("details", "info"),
    "install": ("put on", "add"),
    "language": ("locale", "words"),
    "launch": ("open", "start"),
    "locate": ("find", "track down"),
    "lock": ("secure", "close"),
    "manage": ("change", "look after"),
    "messages": ("texts", "mails"),
    "modify": ("change", "alter"),
    "mode": ("setting", "way"),
    "music": ("songs", "tunes"),
    "notifications": ("alerts", "messages"),
    "optimize": ("speed up", "improve"),
    "options": ("settings", "choices"),
    "passcode": ("PIN", "password"),
    "password": ("PIN", "code"),
    "pictures": ("photos", "images"),
    "power": ("energy", "battery"),
    "prevent": ("stop", "keep from"),
    "receive": ("get", "have"),
    "record": ("save", "keep"),
    "reduce": ("lower", "cut"),
    "remove": ("delete", "take off"),
    "reset": ("wipe", "start over"),
    "restore": ("bring back", "recover"),
    "screen": ("display", "picture"),
    "search": ("look", "find"),
    "security": ("safety", "protection"),
    "select": ("pick", "choose"),
    "share": ("send", "give"),
    "size": ("dimensions", "scale"),
    "software": ("system", "firmware"),
    "sound": ("noise", "tone"),
    "storage": ("space", "memory"),
    "synchronize": ("sync", "match"),
    "transfer": ("move", "copy"),
    "uninstall": ("remove", "get rid of"),
    "update": ("upgrade", "renew"),
    "updates": ("upgrades", "new versions"),
    "verify": ("check", "confirm"),
    "vibration": ("buzzing", "shaking"),
    "view": ("see", "look at"),
    "volume": ("loudness", "sound"),
    "wireless": ("cordless", "without cable"),
}
"""Words of manuals and what people say instead."""
SPOKEN = {"your": "my", "you": "I", "yourself": "myself", "yours": "mine", "you're": "I'm"}
"""From the manual's side to the reader's."""
