"""English words that an answer may add of its own: they lead through a text and claim nothing about a device."""

from graphrag_tools.words import stem

GLUE = frozenset(
    map(
        stem,
        "above according after although also already always answer appear appropriate available back because "
        "begin below button called change choose chosen click complete confirm correct current desired device "
        "display done easily either enter entry existing feature final finally find finish first follow "
        "following go good have help here hit hope however icon instead item just keep key know last later "
        "let lets like list listed look main make manual many mean mention menu name named navigate necessary "
        "need new next note now number ok okay one open option order particular perform please possible "
        "preferred press problem procedure process provide question reach ready refer result return right "
        "same screen second section see select selected set setting settings show shown sign simple simply "
        "single start state step steps sure switch symbol tab take tap third tip touch try two type under use "
        "used user using via view want way when whether wish within without yes".split(),
    )
)
