from xml.etree import ElementTree as ET

from kg_build.evaluation.diagram import Bar, diagram

SVG = "{http://www.w3.org/2000/svg}"


def test_a_plot_for_each_name_with_a_dot_for_each_band() -> None:
    drawn = ET.fromstring(diagram({"a<b": [Bar(10, 0.5, 0.4), Bar(40, 0.9, 0.95)], "after": [Bar(50, 0.8, 0.8)]}))
    dots = drawn.findall(f"{SVG}circle")
    assert len(dots) == 3
    assert float(dots[1].get("r", "")) == 2 * float(dots[0].get("r", ""))
    assert [t.text for t in drawn.findall(f"{SVG}text")].count("a<b") == 1
    assert dots[0].findtext(f"{SVG}title") == "10 statements, confidence 0.50, right 0.40"


def test_a_plot_without_bands_is_empty() -> None:
    assert ET.fromstring(diagram({"none": []})).findall(f"{SVG}circle") == []
