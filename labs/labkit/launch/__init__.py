"""`make lab`: the student's cluster, the notebooks, and JupyterLab on them."""
