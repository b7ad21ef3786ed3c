"""A run as JUnit XML, which build servers read: a case of a suite is a test case."""

from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml


def write_junit(result: dict[str, Any], file: Path) -> None:
    """Write one test suite for each suite.

    A case that could not be scored is an error, one to which no metric applies is skipped; a case
    is never a failure, since a suite is judged by its figures: those are its properties.
    """
    root = Xml.Element("testsuites", name="ancrage")
    for suite in result["suites"]:
        of = Xml.SubElement(
            root, "testsuite", name=suite["name"], tests=str(len(suite["cases"])),
            errors=str(suite["failed"]), skipped=str(suite["ineligible"]), failures="0",
        )  # fmt: skip
        properties = Xml.SubElement(of, "properties")
        for metric in suite["metrics"]:
            Xml.SubElement(
                properties, "property", name=metric["name"], value=f"{metric['value']:.4f}"
            )
        for case in suite["cases"]:
            test = Xml.SubElement(of, "testcase", classname=suite["name"], name=case["case"])
            if case["failed"] is not None:
                Xml.SubElement(test, "error", message=case["failed"])
            elif case["ineligible"] is not None:
                Xml.SubElement(test, "skipped", message=case["ineligible"])
    Xml.ElementTree(root).write(file, encoding="utf-8", xml_declaration=True)
