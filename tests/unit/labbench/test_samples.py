"""Tables and statistics: what is written is read again, damage is named, medians and slopes are right."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from labbench import answers, samples
from labbench.errors import DataError
from labbench.plots import plot, plot_density
from labbench.samples import Measurements
from labbench.stats import slope, spread

TABLE = "measured-samples.csv"


def test_a_set_survives_its_files(data: Measurements, tmp_path: Path) -> None:
    """Samples and provenance are the same after a round through the files."""
    samples.write(tmp_path, data)
    assert samples.read(tmp_path) == data


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("trial,phase", "phase,trial", "first line"),
        ("\n1,", "\none,", "line 2"),
        (",s,", ",s", "line 2"),
    ],
)
def test_damage_is_named(data: Measurements, tmp_path: Path, old: str, new: str, told: str) -> None:
    """A table that was edited badly is refused, with the place."""
    samples.write(tmp_path, data)
    table = tmp_path / TABLE
    table.write_text(table.read_text().replace(old, new, 1))
    with pytest.raises(DataError, match=told):
        samples.read(tmp_path)


def test_numbers_must_be_finite(data: Measurements, tmp_path: Path) -> None:
    """A NaN compares with nothing, so it never reaches a comparison."""
    first = dataclasses.replace(data.samples[0], value=float("nan"))
    samples.write(tmp_path, dataclasses.replace(data, samples=(first, *data.samples[1:])))
    with pytest.raises(DataError, match="line 2: a number is not finite"):
        samples.read(tmp_path)


def test_a_huge_or_missing_file_is_refused(data: Measurements, tmp_path: Path) -> None:
    """The grader reads no more than it has to."""
    with pytest.raises(DataError, match="measured-samples"):
        samples.read(tmp_path)
    samples.write(tmp_path, data)
    (tmp_path / TABLE).write_bytes(b"x" * 2_000_000)
    with pytest.raises(DataError, match="larger"):
        samples.read(tmp_path)


def test_a_set_is_known_by_its_values(data: Measurements) -> None:
    """Other names, times and signatures leave the fingerprint; one other value changes it."""
    moved = [dataclasses.replace(item, started=item.started + 1, trial=item.trial + 1) for item in data.samples]
    relabelled = Measurements(tuple(reversed(moved)), {"student": "bea"}, "recorded")
    assert relabelled.fingerprint == data.fingerprint
    one = dataclasses.replace(data.samples[0], value=data.samples[0].value + 1)
    assert Measurements((one, *data.samples[1:])).fingerprint != data.fingerprint


def test_medians_quartiles_and_slopes() -> None:
    """Small sets whose statistics are known."""
    found = spread([5.0, 1.0, 3.0, 2.0, 100.0])
    assert (found.median, found.low, found.high, found.iqr, found.count) == (3.0, 2.0, 5.0, 3.0, 5)
    assert spread([7.0]).iqr == 0
    assert slope([(1, 12.0), (2, 22.0), (3, 32.0)]) == pytest.approx(10)
    with pytest.raises(ValueError, match="no values"):
        spread([])
    with pytest.raises(ValueError, match="two different"):
        slope([(2, 1.0), (2, 3.0)])


def test_claims_are_added_and_replaced(tmp_path: Path) -> None:
    """Plan and claims live in one file; a later claim on a topic takes the place of the earlier one."""
    answers.write(tmp_path, plan={"mib": 16})
    answers.write(tmp_path, claims={"startup": {"vm": 1}, "memory": {"vm": 2}})
    answers.write(tmp_path, claims={"startup": {"vm": 3}})
    assert answers.read(tmp_path) == {"plan": {"mib": 16}, "claims": {"startup": {"vm": 3}, "memory": {"vm": 2}}}
    for damaged in ("[]", "{", '{"claims": 3}'):
        (tmp_path / answers.FILE).write_text(damaged)
        with pytest.raises(DataError, match="damaged"):
            answers.read(tmp_path)


def test_plots_say_what_where_and_whether_recorded(data: Measurements) -> None:
    """A plot names the machine, the accelerator and the number of samples; recorded data are labelled."""
    figure = plot(dataclasses.replace(data, name="recorded"), "startup", log=True)
    note = figure.get_supxlabel()
    assert "synthetic" in note
    assert "QEMU: none" in note
    assert note.startswith("dados GRAVADOS")
    count = len(data.values("startup", "vm"))
    assert f"vm (n={count})" in [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert plot_density(data)._repr_png_().startswith(b"\x89PNG")
    with pytest.raises(ValueError, match="speed"):
        plot(data, "speed")
