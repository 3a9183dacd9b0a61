"""What goes wrong with pipelines, as a sentence for the person at the notebook."""


class PipelineError(Exception):
    """kfp could not be installed, or the pipeline could not be compiled or run."""
