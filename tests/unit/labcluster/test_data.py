"""The data files of labcluster: pools, cluster.yaml, tools.toml."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from labcluster.addons import registry
from labcluster.addons.course import read_course
from labcluster.addons.nodes import DEFAULT, read_pool
from labcluster.errors import DataError
from labcluster.tools.catalog import MODULES, everything


def test_every_default_node_says_that_it_is_simulated() -> None:
    """No reader of `kubectl get nodes -o yaml` can take a simulated node for a real one."""
    nodes = read_pool(DEFAULT)
    assert len(nodes) == 6
    for node in nodes:
        assert node["metadata"]["labels"]["labcluster.dev/simulated"] == "true"
        assert "simulated" in node["metadata"]["annotations"]["labcluster.dev/note"]


def test_gpu_nodes_keep_other_pods_away() -> None:
    """A node with GPUs has the extended resource and the taint that goes with it."""
    gpu = [n for n in read_pool(DEFAULT) if "nvidia.com/gpu" in n["status"]["capacity"]]
    assert len(gpu) == 2
    assert all(n["spec"]["taints"][0]["key"] == "nvidia.com/gpu" for n in gpu)


def test_a_node_without_cpu_is_refused_with_its_file(tmp_path: Path) -> None:
    """A bad pool file is named in the message."""
    pool = tmp_path / "pool.yaml"
    pool.write_text("- {name: n1, memory: 1Gi}\n")
    with pytest.raises(DataError, match=r"pool\.yaml.*cpu"):
        read_pool(pool)


def test_a_range_of_nodes_is_a_few_lines(tmp_path: Path) -> None:
    """A thousand nodes, each with its number, its rack and its accelerators, from one entry."""
    pool = tmp_path / "pool.yaml"
    pool.write_text(
        "- {name: 'a100-{}', count: 1000, cpu: 64, memory: 512Gi, gpu: 4, labels: {gpu.model: a100},\n"
        "   resources: {xilinx.com/fpga: 2}, domains: {topology.kubernetes.io/rack: 16}}\n"
    )
    nodes = read_pool(pool)
    assert len({node["metadata"]["name"] for node in nodes}) == 1000
    last = nodes[-1]
    assert last["metadata"]["name"] == "a100-999"
    assert last["metadata"]["labels"]["topology.kubernetes.io/rack"] == "a100-rack-62"
    assert last["status"]["capacity"] == {
        "cpu": "64", "memory": "512Gi", "pods": "110", "xilinx.com/fpga": "2", "nvidia.com/gpu": "4",
    }  # fmt: skip


def test_a_lab_names_its_add_ons(tmp_path: Path) -> None:
    """An entry is a name, or a name with a file of the lab."""
    (tmp_path / "07-gangs").mkdir()
    (tmp_path / "07-gangs" / "cluster.yaml").write_text("namespace: a\naddons: [volcano, gpu-pool: pool.yaml]\n")
    (needs,) = read_course(tmp_path)
    assert needs.addons == (("volcano", ""), ("gpu-pool", str(tmp_path / "07-gangs" / "pool.yaml")))


def test_an_unknown_add_on_is_refused_with_those_there_are() -> None:
    """A typing mistake in a cluster.yaml tells what could be meant."""
    with pytest.raises(DataError, match=r"volcanoo.*volcano"):
        registry.find("volcanoo")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("namespace: [", "not valid YAML"),
        ("{}", "namespace is missing"),
        ("namespace: a\npods: 3\n", "unknown field pods"),
        ("namespace: a\nnodes: 3\n", "nodes is 3; it can be real"),
        ("namespace: a\naddons: volcano\n", "addons is a list"),
        ("namespace: a\nstudent: {rules: [{resources: [pods/status]}]}\n", "status subresource"),
        ("namespace: a\nstudent: {clusterRules: [{resources: ['*']}]}\n", "all resources"),
    ],
)
def test_a_bad_cluster_yaml_says_what_and_where(tmp_path: Path, text: str, said: str) -> None:
    """Each mistake in a cluster.yaml gives one message with the file's name."""
    (tmp_path / "01-lab").mkdir()
    (tmp_path / "01-lab" / "cluster.yaml").write_text(text)
    with pytest.raises(DataError, match=said) as caught:
        read_course(tmp_path)
    assert "01-lab" in str(caught.value)


def test_tools_toml_and_the_pinned_modules_agree() -> None:
    """The version that users are told is the version that is built."""
    for tool in everything():
        pins = (MODULES / tool.name / "go.mod").read_text()
        assert re.search(rf"^(require |\t)\S+ {re.escape(tool.version)}( //.*)?$", pins, re.M), tool.name
        for package in tool.packages.values():
            assert package in pins or (MODULES / tool.name / package).is_dir()  # a package of our own module
