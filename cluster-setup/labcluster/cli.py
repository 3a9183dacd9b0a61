"""The command `labcluster`. Imports are inside the commands: `pause` must answer within half a second."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from labcluster.errors import DataError, LabclusterError
from labcluster.names import NAME

F = TypeVar("F", bound=Callable[..., Any])
NODE = "node"  # the image of kind's nodes, which is not in the cache but in the engine


def main() -> None:
    """Run the command; errors of ours are one message and exit code 1, Ctrl-C is 130."""
    _end_cleanly()
    try:
        code = cli.main(standalone_mode=False)
    except click.exceptions.Abort:
        click.echo("labcluster: interrupted.", err=True)
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except LabclusterError as error:
        click.echo(f"labcluster: {error}", err=True)
        sys.exit(1)
    except KeyboardInterrupt:
        click.echo("labcluster: interrupted; nothing is half-made.", err=True)
        sys.exit(130)
    except OSError as error:
        click.echo(f"labcluster: the system refused: {error}\nIs the disk full, or a folder not yours?", err=True)
        sys.exit(1)
    sys.exit(code or 0)


def _end_cleanly() -> None:
    """Let a closed terminal (SIGHUP) or a shutdown (SIGTERM) undo what is half-made, as Ctrl-C does."""

    def interrupt(_number: int, _frame: object) -> None:
        for other in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(other, signal.SIG_IGN)  # a second Ctrl-C must not cut the cleaning up
        raise KeyboardInterrupt

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) != signal.SIG_IGN:  # nohup
            signal.signal(number, interrupt)


def name_option(command: F) -> F:
    """--name, the student's cluster."""
    return click.option("--name", default=lambda: os.environ.get("LABCLUSTER_NAME", "lab"), show_default="lab",
                        callback=_check_name,
                        help="The cluster's name, one for each student.")(command)  # fmt: skip


def _check_name(_context: click.Context, _option: click.Parameter, name: str) -> str:
    """Refuse what cannot name a cluster before it becomes part of a path."""
    if not NAME.fullmatch(name):
        raise DataError(f"{name!r} cannot name a cluster: small letters, digits and inner hyphens, at most 40.")
    return name


def json_option(command: F) -> F:
    """--json, for programs."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(command)


def course_option(command: F) -> F:
    """--course, the folder of the labs."""
    return click.option(
        "--course",
        type=click.Path(path_type=Path, file_okay=False, exists=True),
        help="The labs' folder.",
        default=lambda: os.environ.get("COURSE_DIR", "labs"),
    )(command)


def say(as_json: bool, data: Any, text: str) -> None:
    """Print for a program or for a person."""
    click.echo(json.dumps(data, indent=2) if as_json else text)


def described(name: str) -> dict[str, Any]:
    """A cluster's info as plain data."""
    from labcluster.hosted.home import states
    from labcluster.service import must_find

    info = must_find(name).info(name)
    addons = {addon: state.text for addon, state in states(info.folder).items()}
    return {
        "name": info.name,
        "provider": info.provider,
        "status": info.status,
        "capabilities": sorted(info.capabilities),
        "simulated": info.simulated,
        "server": info.server,
        "memory_mib": info.memory_mib,
        "addons": addons,
        "folder": str(info.folder),
        "kubeconfig": str(info.folder / "student.kubeconfig"),
        "checker_kubeconfig": str(info.folder / "checker.kubeconfig"),
    }


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """Kubernetes clusters for students: one each, on loopback, with a credential of their own."""


@cli.command()
@name_option
@course_option
@click.option("--provider", default="auto", show_default=True, help="auto, or a provider's name.")
@click.option("--keep-on-failure", is_flag=True, help="Leave a cluster that failed for you to look at.")
@json_option
def up(name: str, course: Path, provider: str, keep_on_failure: bool, as_json: bool) -> None:
    """Make a cluster, or resume it; bring it to what the course needs."""
    from labcluster import service, tools

    if not tools.ready():
        tools.ensure()
    _, why = service.up(name, course, provider, keep_on_failure=keep_on_failure)
    data = described(name) | {"why": why}
    note = " Its nodes and containers are simulated." if data["simulated"] else ""
    say(as_json, data, f"Cluster {name} is ready at {data['server']} ({why}).{note}")


@cli.command()
@name_option
@json_option
def down(name: str, as_json: bool) -> None:
    """Remove a cluster: no process, port or file is left."""
    from labcluster.service import must_find

    must_find(name).delete(name)
    say(as_json, {"name": name, "status": "removed"}, f"Cluster {name} is removed.")


@cli.command()
@name_option
@json_option
def pause(name: str, as_json: bool) -> None:
    """Stop a cluster's processes; its objects stay."""
    from labcluster.service import must_find

    must_find(name).stop(name)
    say(as_json, {"name": name, "status": "paused"}, f"Cluster {name} is paused; its objects are kept.")


@cli.command()
@name_option
@json_option
def resume(name: str, as_json: bool) -> None:
    """Start a paused or damaged cluster with its objects."""
    from labcluster.service import resume as start_again

    start_again(name)
    say(as_json, described(name), f"Cluster {name} is running again.")


@cli.command()
@name_option
@course_option
@click.option("--lab", help="Only this lab (its folder's name).")
@json_option
def reset(name: str, course: Path, lab: str | None, as_json: bool) -> None:
    """Empty one lab's namespace, or all of them."""
    from labcluster import service

    service.reset(name, course, lab)
    say(as_json, {"name": name, "lab": lab}, f"Emptied: {lab or 'all labs'} on cluster {name}.")


@cli.command("list")
@json_option
def list_clusters(as_json: bool) -> None:
    """List the clusters of this user."""
    from labcluster.providers import PROVIDERS

    rows = [described(n) for make in PROVIDERS.values() for n in make().names()]
    lines = [
        f"{r['name']:20} {r['provider']:10} {r['status']:8} {r['memory_mib']:6.0f} MiB  {r['server']}" for r in rows
    ]
    say(as_json, rows, "\n".join(lines) or "No clusters. Make one with: labcluster up")


@cli.command()
@name_option
@click.option("--checker", is_flag=True, help="The checker's credential instead of the student's.")
@json_option
def kubeconfig(name: str, checker: bool, as_json: bool) -> None:
    """Print the path of a cluster's kubeconfig."""
    path = described(name)["checker_kubeconfig" if checker else "kubeconfig"]
    say(as_json, {"kubeconfig": path}, path)


@cli.command()
@name_option
@json_option
def logs(name: str, as_json: bool) -> None:
    """Show the end of each component's log."""
    from labcluster.service import must_find

    found = must_find(name).logs(name)
    say(as_json, found, "\n".join(f"=== {component}\n{text}" for component, text in found.items()))


@cli.command()
@name_option
@json_option
def info(name: str, as_json: bool) -> None:
    """Say what a cluster is and can do."""
    data = described(name)
    say(as_json, data, "\n".join(f"{key:18} {value}" for key, value in data.items()))


@cli.command()
@click.option("--provider", default="embedded", show_default=True, help="The provider that must work here.")
@json_option
def doctor(provider: str, as_json: bool) -> None:
    """Look for what would keep a cluster from working, and say what to do.

    Exit code 1 where something is missing that the provider needs.
    """
    from labcluster.doctor import examine

    findings = examine()
    data = [
        {"name": f.name, "ok": f.ok, "found": f.found, "advice": f.advice, "provider": f.provider} for f in findings
    ]
    lines = [
        f"{'ok ' if f.ok else 'NO '} {f.name}: {f.found}{'' if f.ok else chr(10) + '    ' + f.advice}" for f in findings
    ]
    say(as_json, data, "\n".join(lines))
    sys.exit(0 if all(f.ok or f.provider not in ("", provider) for f in findings) else 1)


@cli.group()
def addons() -> None:
    """What a cluster can have beyond what every cluster has. A lab that needs one brings it when it starts."""


@addons.command("list")
@name_option
@json_option
def addons_list(name: str, as_json: bool) -> None:
    """List the add-ons: what each is, what it costs, and how it is in the cluster."""
    from labcluster.addons.registry import ADDONS
    from labcluster.hosted.home import states
    from labcluster.service import find

    provider = find(name)
    found = states(provider.info(name).folder) if provider else {}
    data = [
        {"name": a.name, "summary": a.summary, "cost": a.cost, "state": found[a.name].text if a.name in found else "-"}
        for a in ADDONS.values()
    ]
    lines = [f"{d['name']:10} {d['state']:12} {d['summary']}\n{'':23} costs: {d['cost']}" for d in data]
    say(as_json, data, "\n".join(lines))


@addons.command("add")
@name_option
@course_option
@click.argument("addon", required=False)
@click.argument("argument", default="")
@click.option("--lab", help="All that this lab needs (its folder's name).")
@json_option
def addons_add(name: str, course: Path, addon: str | None, argument: str, lab: str | None, as_json: bool) -> None:
    """Bring an add-on into a running cluster; safe to repeat. `gpu-pool` takes a pool file as its argument."""
    from labcluster import service

    if addon:
        service.add_on(name, addon, str(Path(argument).resolve()) if argument else "")
    if lab:
        service.add_ons_for(name, course.resolve(), lab)
    if not addon and not lab:
        raise DataError("Which add-on? Name one (labcluster addons list), or a lab with --lab.")
    say(as_json, described(name), f"Cluster {name} has {addon or f'what lab {lab} needs'}.")


@cli.group()
def tools() -> None:
    """The programs that clusters are made of."""


@tools.command("ensure")
@click.argument("groups", nargs=-1)
@json_option
def tools_ensure(groups: tuple[str, ...], as_json: bool) -> None:
    """Fetch or build what is not in the cache yet (GROUPS of tools.toml; without: what every cluster needs)."""
    from labcluster.tools import CLUSTER, ensure

    made = {name: str(path) for group in groups or (CLUSTER,) for name, path in ensure(group).items()}
    say(as_json, made, "The Kubernetes tools are ready.")


@tools.command("path")
def tools_path() -> None:
    """Print the tools' folders for PATH; fails when they are not ready."""
    from labcluster.tools import catalog, ready

    if not ready():
        raise LabclusterError("The tools are not ready. Run: labcluster tools ensure")
    click.echo(os.pathsep.join(str(tool.folder) for tool in catalog()))


@cli.group()
def images() -> None:
    """The images that the labs' Pods and kind's nodes run, built from source."""


@images.command("build")
@click.argument("names", nargs=-1)
@json_option
def images_build(names: tuple[str, ...], as_json: bool) -> None:
    """Build the images that are not there yet (NAMES of images/, `node` is kind's node; without: all)."""
    from labcluster.images import build, catalog

    workloads = [name for name in names if name != NODE]
    chosen = catalog(workloads) if workloads or not names else []
    made = {image.reference: str(build(image)) for image in chosen}
    if NODE in names or not names:
        made |= _build_node()
    say(as_json, made, "\n".join(f"{reference:26} {path}" for reference, path in made.items()))


def _build_node() -> dict[str, str]:
    """What a kind cluster needs: kind itself, and its node image in the engine."""
    from labcluster import tools
    from labcluster.providers.kind.image import ready_image

    tools.ensure("kind")
    engine, reference = ready_image()
    return {reference: f"in {engine}"}


@images.command("list")
@json_option
def images_list(as_json: bool) -> None:
    """List the images, and which of them are built."""
    from labcluster.images import catalog
    from labcluster.providers.kind.image import at_hand, reference

    rows: list[dict[str, Any]] = []
    lines: list[str] = []
    for image in catalog():
        size = image.path.stat().st_size if image.path.exists() else None
        rows.append({"reference": image.reference, "summary": image.summary, "path": str(image.path), "bytes": size})
        told = f"{size / 1e6:.1f} MB" if size else "not built"
        lines.append(f"{image.reference:40} {told:>9}  {image.summary}")
    engine = at_hand()
    where, summary = f"in {engine}" if engine else "", "a node of a kind cluster"
    rows.append({"reference": reference(), "summary": summary, "path": where, "bytes": None})
    lines.append(f"{reference():40} {'' if engine else 'not built':>9}  {summary} {where}")
    say(as_json, rows, "\n".join(lines))
