"""Put the cosines of other embeddings on the scale of minilm's, for which a search weighs them.

Embeddings differ in how near they place any two texts: what has nothing to do with a question has a cosine of .1 with
minilm and of .8 with multilingual-e5, and what answers it .55 and .87. Weights that are right for one make nearly all
answers of the other unsure.
"""

from functools import cached_property
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings

_RELATED, _UNRELATED, _SPREAD = 0.892, 0.112, 0.125
"""What `CosineScale.measured` gives for minilm where it reads questions as it reads texts: confidence was fitted so."""
_ALIKE = 0.1
"""Embeddings whose scale differs by less keep their cosines: wordllama, mpnet."""
_TOO_CLOSE = 0.02
"""Embeddings that hardly tell a text from any other have no scale."""


class CosineScale(BaseModel):
    """What cosines mean with some embeddings: of a text with the same under its title, and with other texts.

    `spread` is the standard deviation of the latter.
    """

    model_config = ConfigDict(frozen=True)

    related: float
    unrelated: float
    spread: float

    @classmethod
    def measured(cls, embeddings: "Embeddings") -> "CosineScale":
        """Return the scale of these embeddings, for which some thirty short texts are embedded.

        Raises:
            ModelError: The server of the embeddings failed.
        """
        import numpy as np

        from graphrag_tools.embeddings.calls import embed_question, embed_texts
        from graphrag_tools.embeddings.vectors import of_length_one

        passages = embed_texts(embeddings, [f"{title}: {text}" for title, text in _PASSAGES])
        questions = [embed_question(embeddings, text) for _, text in _PASSAGES]
        rows, columns = (of_length_one(np.array(vectors, dtype=np.float32)) for vectors in (questions, passages))
        cosines = rows @ columns.T
        others = cosines[~np.eye(len(cosines), dtype=bool)]
        figures = cosines.diagonal().mean(), others.mean(), others.std()
        related, unrelated, spread = (round(float(figure), 3) for figure in figures)
        return cls(related=related, unrelated=unrelated, spread=spread)

    def as_minilm(self, cosine: float) -> float:
        """Return the cosine, at most 1, that minilm would give two texts that are as near to each other."""
        return cosine if self._slope == 1 else min(_UNRELATED + (cosine - self.unrelated) * self._slope, 1.0)

    @cached_property
    def _slope(self) -> float:
        apart = self.related - self.unrelated
        if apart < _TOO_CLOSE or self.spread <= 0:
            return 1.0
        # By the spread where that is less: what is only noise may not come to look like a lead.
        slope = min((_RELATED - _UNRELATED) / apart, _SPREAD / self.spread)
        return 1.0 if abs(slope - 1) <= _ALIKE else slope


_PASSAGES = (
    ("Brightness", "Press the sun key, and turn the dial to the right until the picture is bright enough."),
    ("No power", "If the lamp stays dark, check that the plug sits firmly in the socket, and hold the power button."),
    ("Key tones", "To silence the tones, choose Sound, and clear the box beside Key tones."),
    ("Water", "The housing is splash-proof, but must not be held under running water."),
    ("Wi-Fi", "Choose your network from the list, type its password, and tap Join."),
    ("Runtime", "A full charge is enough for about twelve hours of use."),
    ("Factory reset", "All personal data is removed, and the settings return to those of the first start."),
    ("Status lamp", "A red light that blinks slowly says that the filter has to be changed."),
    ("Alarms", "Set the time at which the clock rings, and choose the days."),
    ("Focus", "Half press the shutter, and wait until the frame turns green before you take the picture."),
    ("Drum care", "Once a month run the hottest programme without laundry, with a cup of vinegar."),
    ("Child lock", "Hold the key symbol for three seconds; all buttons but Stop are then without function."),
    ("Duplex", "In the print dialog choose Two-sided, and whether the sheet turns on its long or short edge."),
    ("Accessories", "Put the headphones into pairing mode, and select their name under Devices found."),
    ("Language", "Open General, tap Language, and select the one in which menus are shown."),
    ("Recordings", "In the programme guide mark a broadcast, and press the red button."),
)
"""Titles and texts as they stand in manuals of many devices; the figures of minilm above are for just these."""
