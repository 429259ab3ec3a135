"""Words that label the parts of a fault and its cure ("Problem: …", "Solution: …"), in the languages of manuals."""

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
