"""Labels in the languages of manuals, beside the commonest English ones: of notes, faults, cures, and changes."""

import re
from typing import Literal

from graphrag_tools.text.characters import ENDS_OF_STATEMENTS

_NOTES = (
    "hint notice remark "
    "hinweis hinweise anmerkung anmerkungen tipp tipps wichtig merke "  # German
    "remarque remarques astuce astuces conseil conseils à_noter nota nota_bene "  # French
    "notas consejo consejos importante sugerencia aviso "  # Spanish
    "observação dica dicas sugestão suggerimento consiglio avviso "  # Portuguese, Italian
    "opmerking opmerkingen belangrijk anmärkning obs viktigt bemærk vigtigt merk viktig huomautus huom vihje tärkeää "
    "uwaga wskazówka ważne poznámka důležité upozornění dôležité megjegyzés tipp fontos notă sfat "
    "pastaba pastabos svarbu piezīme märkus ipucu önemli σημείωση συμβουλή σημαντικό "
    "примечание примечания замечание совет важно подсказка примітка порада важливо "
    "注 注记 注記 注釈 注释 备注 備註 備考 メモ ヒント ポイント 重要 参考 お知らせ "
    "提示 小贴士 说明 說明 补充说明 참고 팁 중요 알림 "
    "หมายเหตุ เคล็ดลับ ข้อสังเกต คำแนะนำ ملاحظة ملاحظات ملحوظة نصيحة هام مهم הערה הערות טיפ שימו_לב "
    "חשוב توجه نکته "
    "नोट टिप ध्यान_दें lưu_ý ghi_chú mẹo quan_trọng catatan kiat penting забележка съвет napomena "
    "napomene savjet opomba nasvet"
)
_WARNINGS = (
    "attention "
    "warnung warnungen achtung vorsicht gefahr lebensgefahr "
    "avertissement mise_en_garde prudence danger "
    "advertencia advertencias atención precaución precauciones peligro cuidado "
    "advertência atenção perigo precaução avvertenza avvertenze attenzione pericolo cautela "
    "waarschuwing let_op gevaar voorzichtig varning försiktighet fara advarsel forsigtig forsiktig varoitus vaara "
    "ostrzeżenie niebezpieczeństwo varování pozor nebezpečí výstraha figyelmeztetés figyelem vigyázat "
    "avertizare atenție "
    "dėmesio įspėjimas brīdinājums uzmanību hoiatus dikkat uyarı tehlike προσοχή προειδοποίηση κίνδυνος "
    "внимание предупреждение осторожно опасно опасность увага попередження обережно небезпека "
    "คำเตือน ข้อควรระวัง ระวัง อันตราย تحذير تحذيرات تنبيه احتراس خطر אזהרה אזהרות זהירות סכנה هشدار اخطار احتیاط خطر "
    "चेतावनी सावधानी खतरा cảnh_báo chú_ý thận_trọng nguy_hiểm peringatan perhatian awas bahaya опасност upozorenje "
    "oprez opasnost upozornenie výstraha nebezpečenstvo opozorilo nevarnost advertència atenció perill "
    "注意 ご注意 注意事项 警告 警示 危険 危险 危險 小心 当心 當心 경고 주의 위험"
)
MARKS = r"\u0300-\u036f\u0591-\u05c7\u064b-\u0652\u0900-\u0903\u093a-\u094f\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u200c"
_ICONS = r"[\s⚠️⛔💡📌📝¡ⓘℹ❗❕❢!【［\[「『《〈<*※▲△◆■●]*"
_LETTERS = rf"(?:[^\W\d_][{MARKS}]*)+"
"""A word, with the signs above and below its letters: of Thai, Arabic and Hindi they are no letters themselves."""
_LABEL = re.compile(
    rf"(?P<mark>{_ICONS})(?P<label>{_LETTERS}(?:[ \u3000]{_LETTERS}){{0,2}}?)(?:\s?\d{{1,2}})?"
    r"(?P<end>\s*[:：!！】］」』》〉\]]|\s*[.。]?\Z|\s+[–—-]\s|"
    r"(?<=[\u3040-\u30ff\u3400-\u9fff])[ \u3000](?=[\u3040-\u9fff]))"
)
_SIGN = re.compile(r"\s*(?P<sign>[⚠⛔💡ℹ])[\ufe0f⚠⛔]*\s*(?![a-z])\w.{5}")
"""A sign before what it marks; those of a legend stand before a word or two, or "lights up when …"."""
_WORDS = re.compile(rf"{_ICONS}((?:[^\W\d_]+ ){{1,3}})")
_WARNING_SIGNS = "⚠⛔"
_FEWEST_SPACES = 5
LabelKind = Literal["note", "warning"]
_KINDS: dict[str, LabelKind] = {
    **dict.fromkeys((word.replace("_", " ") for word in _NOTES.split()), "note"),
    **dict.fromkeys((word.replace("_", " ") for word in _WARNINGS.split()), "warning"),
}

_FAULTS = (
    "problem problems symptom symptoms issue cause causes reason reasons possible_cause possible_causes "
    "probable_cause likely_cause error ursache ursachen mögliche_ursache fehler störung symptome "
    "problème symptôme cause_possible causes_possibles problema síntoma causa causas posible_causa causa_possibile "
    "sintomo probleem oorzaak mogelijke_oorzaak problém příčina przyczyna проблема причина"
)
_CURES = (
    "solution solutions possible_solution possible_solutions fix fixes remedy remedies workaround cure "
    "what_to_do action corrective_action lösung lösungen abhilfe behebung maßnahme remède "
    "solución soluciones soluzione soluzioni rimedio solução oplossing remedie řešení rozwiązanie решение"
)
FAULT_LABELS = frozenset(word.replace("_", " ") for word in _FAULTS.split())
CURE_LABELS = frozenset(word.replace("_", " ") for word in _CURES.split())
"""What the parts of a fault and its cure begin with: "Problem: …", "Solution: …"."""
_CHANGES = (
    "change_log changelog change_history revision_history version_history document_history manual_history "
    "release_history release_notes änderungsprotokoll änderungsverlauf änderungshistorie versionsgeschichte "
    "versionshistorie versionshinweise notes_de_version journal_des_modifications historique_des_versions "
    "notas_de_la_versión notas_de_versão registro_de_cambios historial_de_versiones note_di_rilascio "
    "versiegeschiedenis historia_zmian история_изменений список_изменений "
    "リリースノート 変更履歴 更新履歴 改訂履歴 更新日志 更新记录 更新日誌 版本历史 版本歷史 发布说明 修订记录 修訂記錄"
)
CHANGE_TITLES = tuple(word.replace("_", " ") for word in _CHANGES.split())
"""What the title of a chapter ends with that says what changed from version to version."""
STEP_WORDS = tuple(
    "step schritt étape etape paso passo stap steg trin trinn vaihe krok korak lépés pas adım βήμα шаг крок "
    "ขั้นตอนที่ ขั้นที่ الخطوة שלב bước langkah चरण ステップ 手順 步骤 步驟 단계".split()
)
"""What the steps of a procedure are called before their number ("Step 2")."""
STEP_LABEL = rf"(?:{'|'.join(STEP_WORDS)})\s?(?P<number>\d{{1,2}})(?!\d)"
"""The start of a pattern for such a name with its number."""

_SENDING = (
    "see see_also refer_to consult siehe siehe_auch vgl. voir voir_aussi consultez reportez-vous_à ver véase consulte "
    "vea veja vedere vedi consultare zie zobacz patrz viz vidi см. смотри"
)
SENDING = "|".join(re.escape(word.replace("_", " ")) for word in sorted(_SENDING.split(), key=len, reverse=True))
"""What stands before the title of a section that says more ("see Reset the password on page 97")."""
SECTION_WORDS = "section|chapter|kapitel|abschnitt|chapitre|capítulo|sección|seção|capitolo|sezione|paragrafo|hoofdstuk"
"""What stands between the two, or before its number ("siehe Kapitel 7.1.2"), with or without an article."""
PAGE_WORDS = r"page|pp?\.|pg\.?|seite|s\.|página|pagina|pág\.|pag\.|strona|str\.|sida|side|страница|стр\."
"""What stands before the number of a page, as the alternatives of a pattern."""

TAP_VERBS = tuple(
    "klicke klicken tippe tippen wähle wählen öffne öffnen drücke drücken gehe gehen "
    "cliquez appuyez ouvrez allez sélectionnez choisissez cliquer appuyer ouvrir aller sélectionner choisir "
    "pulsa pulse haga clic toca toque abre abra selecciona seleccione elige ve vaya "
    "pulsar hacer tocar abrir seleccionar elegir ir "
    "clicca tocca premi apri seleziona scegli vai cliccare toccare premere aprire selezionare scegliere andare "
    "clique clicar abra selecione escolha prima pressione vá aceda "
    "klik tik kies open selecteer druk ga "
    "kliknij wybierz otwórz naciśnij dotknij przejdź "
    "klikněte klepněte vyberte otevřete stiskněte přejděte zvolte "
    "нажмите выберите откройте перейдите коснитесь щёлкните щелкните "
    "ανοίξτε επιλέξτε πατήστε μεταβείτε πηγαίνετε öppna tryck välj gå klicka åbn vælg klik åpne trykk velg klikk "
    "avaa valitse napauta siirry nyissa válassza koppintson lépjen kattintson deschideți selectați apăsați "
    "accesați".split()
)
"""What says to tap, in other languages than English."""
TAP_WORDS = (*TAP_VERBS, *"zu zum zur auf unter über im sie sur dans le la les en el los las su nel nella".split())
"""What says to tap, and what stands between that and the name."""
THEN_WORDS = frozenset(
    "dann danach anschließend schließlich zuletzt puis ensuite luego después poi quindi depois então daarna vervolgens "
    "następnie potem potom poté затем потом".split()
)
"""What stands between two taps, in other languages than English."""
JOINING_WORDS = frozenset((*TAP_WORDS, *THEN_WORDS, *"und et y e en i a и den dem o op na no par de lo".split()))
"""All that may stand between the names of two taps."""
NAME_ENDS = tuple(
    "oder dann wenn um können kannst kann könnt lässt wird werden wurde ist sind sowie "
    "dans pour puis ou afin est sont vous un une "
    "para puede puedes podrá podrás luego donde está "
    "per poi puoi può dove "
    "και για ώστε ve bölümünü bölümüne bölümünde menüsünü menüsüne menüsünde menüsünden seçeneğini seçeneğine "
    "sekmesini sekmesine öğesini öğesine ekranını ekranına düğmesine yolunu yoluna och eller og menüpontot "
    "menüpontra pentru".split()
)
"""What ends a name that is not set apart, in other languages than English: no name in a menu has these words."""
PICTURE_WORDS = tuple(
    word.replace("_", " ")
    for word in (
        "icon image img picture photo logo screenshot screen_shot untitled "
        "bild abbildung bildschirmfoto symbol grafik foto ohne_titel capture capture_d'écran icône sans_titre "
        "imagen captura captura_de_pantalla icono figura immagine schermata icona imagem ícone afbeelding "
        "schermafbeelding obrazek obrázek изображение снимок_экрана "
        "図 画像 写真 スクリーンショット アイコン 图 图片 截图 图像"
    ).split()
)
"""What a picture is called that says nothing of what it shows, with or without a number."""


def labelled_kind(text: str) -> LabelKind | None:
    """Return which of the two a text is that opens with such a label of any language, None where with none.

    The label ends in a colon or the like, stands alone, or is in capitals: "wichtig" begins many a sentence. In scripts
    without spaces one is enough ("注意 触らないで").
    """
    start = text[:60]
    label = _LABEL.match(start)
    if label and (kind := _KINDS.get(label["label"].casefold())):
        return kind
    words = first[1].split() if (first := _WORDS.match(start)) else []
    for end in range(1, len(words) + 1):
        shown = " ".join(words[:end])
        if shown.isupper() and (kind := _KINDS.get(shown.casefold())):
            return kind
    if (sign := _SIGN.match(start)) and (
        text.rstrip().endswith(ENDS_OF_STATEMENTS) or text.count(" ") >= _FEWEST_SPACES
    ):
        return "warning" if sign["sign"] in _WARNING_SIGNS else "note"
    return "note" if start.lstrip().startswith("※") else None
