"""Tabs of Docusaurus: what they are called, and what stands in them."""

from pathlib import Path

from support.page_folders import graph, paths

_TABS = """# Lamp

<Tabs
  groupId="settings"
  values={[
    {
      label: (
        <>
          <Icon icon="a" /> Phone
        </>
      ),
      value: "phone",
    },
    {label: "Computer", value: "computer"},
  ]}>
<TabItem value="phone">

### Phone

:::info

Two ways.

1. Open the app
2. Go to **Light**

:::

</TabItem>
<TabItem value="computer">

### Set up

Click it.

</TabItem>
</Tabs>
"""


def test_a_label_above_a_heading_stands_below_it_or_is_the_same(tmp_path: Path) -> None:
    found = graph(tmp_path, {"a.mdx": _TABS})
    assert paths(found) == ["Lamp", "Lamp > Phone", "Lamp > Set up"]
    assert [(block.kind, block.text) for block in found.item("m/lamp/phone").blocks] == [
        ("note", "Two ways."),
        ("note", "Open the app"),
        ("note", "Go to Light"),
    ]
    assert [block.text for block in found.item("m/lamp/set-up").blocks] == ["Computer", "Click it."]
