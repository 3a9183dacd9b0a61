"""From a kubeconfig to a client. The person's own ~/.kube/config is never read unless it is named."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from autograder.errors import KubeconfigError


def connect(kubeconfig: Path) -> Any:
    """A kubernetes dynamic client for this file's current context, which asks nothing yet.

    Raises KubeconfigError if the file is missing, malformed, or names no usable context.
    """
    if not kubeconfig.is_file():
        raise KubeconfigError(f"there is no kubeconfig at {kubeconfig}; is the cluster up? (labcluster up)")
    from kubernetes import client, config
    from kubernetes.config import ConfigException
    from kubernetes.dynamic import DynamicClient
    from yaml import YAMLError

    settings = client.Configuration()
    try:
        config.load_kube_config(config_file=str(kubeconfig), client_configuration=settings)
    except (ConfigException, YAMLError, OSError, ValueError, TypeError, AttributeError) as error:
        raise KubeconfigError(f"{kubeconfig} is not a usable kubeconfig: {error}") from error
    # One try: whether to ask again is decided by whoever polls. Silence, or urllib3 warns into the report.
    settings.retries = False
    logging.getLogger("urllib3").setLevel(logging.ERROR)
    if urlsplit(settings.host).hostname in ("127.0.0.1", "localhost", "::1"):
        settings.proxy = None
    # Full discovery is half a second of requests; kinds are looked up one group version at a time instead.
    return DynamicClient(client.ApiClient(settings), discoverer=lambda *_: None)
