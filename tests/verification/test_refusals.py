"""Refusals in a model's words are told from what a manual says of its device."""

import pytest

from graphrag_tools.index.index import ManualIndex
from graphrag_tools.text.normalise import sentences
from graphrag_tools.verification.refusals import is_refusal, refusing_words

REFUSALS = """\
No section of the manual is about this.
There is no answer about that.
I found nothing
N/A
NOT IN MANUAL
**NOT IN MANUAL.**
The answer is NOT IN MANUAL
I'm sorry, I cannot help with that.
The manual does not mention this.
This is not described in the manual.
As an AI language model, I do not know.
I found nothing in the manual.
I know nothing about that; the manual doesn't cover it.
There is nothing in the manual about parrots.
None of the items found answers the question.
The sections I read make no mention of a vaccine.
I could not find any information on this.
Unable to find an answer.
No relevant information was found.
No results.
None
There's no menu item for that.
The documentation has no information about the warranty.
This question is outside the scope of the manual.
Your question is not related to this device.
I searched the manual but found nothing about Dolby Atmos 7.1.
The manual says nothing about that.
That isn't covered by the user guide.
It is not mentioned.
My search returned no results for this question.
Nothing in the manual covers this topic.
There isn't any section on that.
The question cannot be answered from the manual.
I looked through the Battery section. It does not say how long a charge takes.
The provided context does not contain the answer. Please contact the manufacturer's support.
Unfortunately, the manual doesn't specify the weight.
The text lacks information about that.
I was unable to locate this in the manual.
No answer found.
There is no mention of HDMI in the manual.
Not found in the manual.
Not mentioned.
I don't have information about that.
I wasn't able to track down anything on that subject.
Based on the menu items I read, there's no guidance about parrots.
Regrettably, this guide is silent on the matter.
The manual provides no details regarding the purchase price.
None of the results talk about vaccines.
That topic doesn't appear anywhere in the manual.
I looked, but the manual has nothing on it.
Nothing relevant came up in my search.
No item in the manual answers this.
The user manual contains no section about printing.
This isn't something the manual covers.
I'm unable to answer that from the manual.
The available sections only discuss batteries; they don't answer your question.
It's not possible to answer this question with the given text.
The requested information is not available.
Information not available.
Not covered in this manual.
No matching menu item exists.
The question is about televisions, which this manual does not cover.
There was no mention of a subwoofer in any of the items.
Searches for "parrot" and "vaccine" returned nothing.
I don't see anything about that in the documentation.
We have no record of such a setting in the manual.
The manual offers no answer to this question.
This falls outside what the manual describes.
No information regarding the refresh rate could be located.
The device manual does not appear to include anything about this.
Answer: not found.
I can't tell from the manual.
The text above doesn't say anything about the price.
Sorry, nothing about it here.
The weight of the device is not given in the manual.
Neither the Library section nor the Settings section mentions this.
The manual neither mentions nor explains this.
Your manual has no entry for that.
I have searched the manual twice. There is no section on this subject.
The manual does not tell how. You may want to contact customer service.
Apologies, but the answer is not in the manual.
There are no instructions for that.
Insufficient information to answer.
After checking several menu items, I still have no answer for you.
The manual is of no help here: it never mentions parrots.
This device's manual doesn't go into that.
I could find neither a section nor an option for this.
It looks like the manual has no chapter about televisions.
The search turned up nothing useful.
No details about the screen's refresh rate are given in the manual.
None of the listed menu items is about printing.
The manual leaves this open.
I'm afraid the manual has no answer to that.
We don't know; the manual is silent.
Nothing was found for "refrigerator".
There's nothing on this in the guide.
The answer can't be found in these sections.
This cannot be determined from the manual.
The information you asked for is not in the manual.
Your question isn't answered anywhere in the manual.
I came up empty.
The retrieved sections are unrelated to the question.
The manual omits this.
I have no information on the price of the device.
No, the manual does not say that.
The manual doesn't seem to have anything on this topic.
No manual entry exists for this question.
Such a feature is not described in the manual.
The given menu items do not help with this question.
Not enough information in the manual.
I did not find a menu item that answers the question.
The tools returned no relevant items.
There is not a single mention of it in the manual.
This question has no answer in the manual.
Unfortunately I can't answer this one.
The manual gives no price.
Not documented anywhere in the manual.
Could not find it.
The topic is missing from the manual.
There seems to be no item about it.
I checked the manual, and it has nothing to say about that.
The menu items I looked at don't mention a subscription.
There's no answer to be found for this question in the manual.
No menu item covers this topic.
As far as I can see, the manual doesn't address this.
I can't find that in the manual. Perhaps the online help has it.
No item answers it.
The instructions do not specify a temperature.
It isn't mentioned in any section I found.
The handbook contains nothing of the sort.
I do not have enough information to answer.
This information is not included in the manual.
Nothing about this can be found in the manual.
Unable to determine from the given information.
The manual does not provide an answer to how parrots are fed.
There are no menu items related to this question.
We could not find anything matching your question.
""".splitlines()
# Known misses: verification still rejects them as no words of the manual's.
MISSED = """\
Nobody says anything about vaccines in this document.
That is not a topic of this manual.
The manual only covers the e-reader, not televisions.
Sadly, no.
I've read the item, but it doesn't contain the price.
The manual is about an e-reader and does not cover fridges.
""".splitlines()
# Sentences as they stand in manuals.
NO_REFUSALS = """\
It is not in manual mode.
The manual is in the box.
A loan ends after 21 days.
The battery is not available in this mode.
There is no headphone jack.
Some features are not available in Game mode.
Tap Cancel to find out whether the book cannot be renewed.
The device does not support wireless charging.
If nothing happens, restart the device.
No SIM card is needed.
You cannot use flight mode while a call is in progress.
Do not use the charger in water.
The light does not turn on when the battery is empty.
If the device cannot be found, turn on Bluetooth.
This section describes the settings.
Water damage is not covered.
To hide an item, tap Hide.
None of your data is sent.
You do not have to enter a password.
Search results are shown below.
Without a card, no books can be borrowed.
If you cannot find a book, check the Library.
When no results are shown, enter another word.
Tap Search. If no book was found, tap Store.
The notification light is not available on some models.
There are no buttons on the front.
You cannot see the page number in this view.
Messages are not displayed while Do not disturb is on.
This function may not be supported in some countries.
Nothing is deleted from the device.
The text does not scroll by itself; swipe to turn the page.
Tap Information to see details about the book.
If there is no answer within 20 seconds, the call ends.
The item does not have a price until you tap it.
To remove a section, tap and hold it.
The device cannot answer calls in flight mode.
Loans that are not returned end after 21 days.
You do not need a library card for this.
No account is needed to read a sample.
Unable to connect means that the Wi-Fi is off.
The guide opens when you turn on the device for the first time.
The manual that comes with your device is in the box.
Select a section to read its items.
The reader does not open books from other stores.
Books that are not found in the Library are in the archive.
You can't delete the books that came with the device.
Wi-Fi is unavailable in flight mode.
There is nothing to set up; turn it on.
The page shows nothing until you tap it.
This option does not appear when the cover is closed.
Choose No to keep the book.
Do not cover the sensor.
Notes cannot be printed.
The clock is not shown on the lock screen.
A search in the Library finds titles and authors.
The results are listed below the search box.
No more than 10 loans are possible at a time.
The device has no camera.
Information about the battery is in Settings.
A book without an end date does not have a loan.
Tap Help to find an answer to your question.
The book is not included in the subscription.
If the manual does not open, restart the device.
There is no limit on the number of notes.
The page is not found when the link is old.
The reader cannot read files that are not supported.
Nothing is stored when you turn off history.
Some options are not available while charging.
You have no loans until you add a card.
The sensor is not part of the cover.
To see no ads, pay once.
""".splitlines()
SOURCE = """Photos
No information about photos can be found in this mode.
To keep a book for another 21 days, tap Renew during the last 3 days of the loan."""


@pytest.mark.parametrize("text", REFUSALS)
def test_refusal_is_understood_however_it_is_worded(text: str) -> None:
    assert is_refusal(text)


@pytest.mark.parametrize("text", NO_REFUSALS)
def test_what_a_manual_says_of_its_device_is_no_refusal(text: str) -> None:
    assert not is_refusal(text)


@pytest.mark.parametrize("text", MISSED)
def test_known_misses_are_still_missed(text: str) -> None:
    assert not is_refusal(text)


def test_words_of_the_source_are_no_refusal() -> None:
    said = "No information about photos can be found in this mode."
    assert is_refusal(said)
    assert not is_refusal(said, SOURCE)
    assert refusing_words(said, SOURCE) is None


def test_no_sentence_of_a_manual_refuses_beside_its_section(sample_index: ManualIndex) -> None:
    items = [item for info in sample_index.manuals for item in sample_index.graph_of(info.id).items]
    for item in items:
        source = "\n".join(block.text for block in item.blocks)
        said = [sentence for block in item.blocks for sentence in sentences(block.text)]
        assert [sentence for sentence in said if is_refusal(sentence, source)] == []


def test_refusal_beside_an_answer_is_none() -> None:
    answer = "To keep a book, tap Renew. The manual does not mention fees."
    assert is_refusal(answer)
    assert not is_refusal(answer, SOURCE)
    assert not is_refusal(
        "The manual does not mention fees, but to keep a book for another 21 days, tap Renew.", SOURCE
    )


def test_refusal_with_advice_is_one() -> None:
    assert is_refusal("The manual does not say that. You may want to ask the shop that sold the device.", SOURCE)


def test_number_of_the_question_may_stand_in_a_refusal() -> None:
    said = "I looked for Dolby Atmos 7.1. The manual says nothing about it."
    assert is_refusal(said, question="Does it have Dolby Atmos 7.1?")
    assert not is_refusal(said)


def test_condition_is_no_refusal() -> None:
    assert not is_refusal("If there is no answer, call again.")
    assert is_refusal("If you mean parrots, there is no answer.")


@pytest.mark.parametrize(
    "text", ["", " ", "Tap Renew. " * 40 + "The manual does not say.", "- Tap it.\n- Tap Renew.\n- Sorry."]
)
def test_empty_long_and_listed_texts_are_no_refusal(text: str) -> None:
    assert not is_refusal(text)


@pytest.mark.parametrize(
    "text", ["nothing " * 9_000, "manual " * 9_000, "neither nor " * 3_000, "there is no " * 3_000]
)
def test_endless_sentences_are_searched_through(text: str) -> None:
    """An unbounded "any words" in a phrase makes this take for ever."""
    assert refusing_words(text) is None


@pytest.mark.parametrize("text", ["NOT IN MANUAL", "Not in manual.", " **NOT IN MANUAL**\n", '"not in manual"'])
def test_refusal_of_a_model_is_understood(text: str) -> None:
    assert is_refusal(text)


@pytest.mark.parametrize("text", ["", "It is not in manual mode.", "The manual is in the box."])
def test_what_is_no_refusal(text: str) -> None:
    assert not is_refusal(text)
