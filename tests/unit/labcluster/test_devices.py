"""Devices of simulated nodes: what a pool file says becomes ResourceSlices, and what it should not say is refused."""

from pathlib import Path

import pytest

from labcluster.addons.devices import DRIVER, read_slices
from labcluster.addons.nodes import DEFAULT, read_pool
from labcluster.errors import DataError

COURSE = Path(__file__).parents[3] / "labs"
ENTRY = "- {name: 'n-{}', count: 2, cpu: 8, memory: 8G, devices: [{name: gpu-0, memory: 80Gi, model: h100, nvlink: 1}]}"


def test_each_node_of_a_range_publishes_its_own_devices(tmp_path: Path) -> None:
    """One slice a node, bound to it by name, with text and whole numbers as the API types them."""
    (tmp_path / "pool.yaml").write_text(ENTRY)
    first, second = read_slices(tmp_path / "pool.yaml")
    assert [first["spec"]["nodeName"], second["spec"]["nodeName"]] == ["n-0", "n-1"]
    assert first["metadata"]["name"] != second["metadata"]["name"]
    assert first["spec"]["driver"] == DRIVER
    assert first["spec"]["devices"] == [
        {
            "name": "gpu-0",
            "attributes": {"model": {"string": "h100"}, "nvlink": {"int": 1}},
            "capacity": {"memory": {"value": "80Gi"}},
        }
    ]


def test_a_pool_without_devices_publishes_nothing() -> None:
    """The cluster of a student who does not open a GPU lab gets no slice."""
    assert read_slices(DEFAULT) == []


@pytest.mark.parametrize(("old", "new"), [("memory: 80Gi, ", ""), ("nvlink: 1", "nvlink: 1.5"), ("name: gpu-0, ", "")])
def test_a_device_that_cannot_be_published_is_refused_with_its_file(tmp_path: Path, old: str, new: str) -> None:
    """The file is named, and what a device needs."""
    (tmp_path / "pool.yaml").write_text(ENTRY.replace(old, new))
    with pytest.raises(DataError, match=r"pool\.yaml: each device needs a name and a memory"):
        read_slices(tmp_path / "pool.yaml")


def test_nodes_of_the_gpu_lab_keep_other_labs_out() -> None:
    """Every node of its pool has a taint, so that opening the lab changes nothing for the Pods of others."""
    nodes = read_pool(COURSE / "06-gpu-scheduling" / "pool.yaml")
    assert nodes
    assert all(node["spec"]["taints"] for node in nodes)
