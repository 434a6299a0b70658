"""A saved notebook keeps pictures and texts, and no view of a widget that is gone when it is opened again."""

import nbformat
from nbformat import v4

from course_lib.stored_outputs import WIDGET_VIEW, before_saving


def notebook_with_a_widget() -> nbformat.NotebookNode:
    bundle = {WIDGET_VIEW: {"model_id": "1"}, "image/png": "aGk=", "text/plain": "A secant."}
    output = v4.new_output("display_data", data=bundle, metadata={WIDGET_VIEW: {}, "image/png": {"width": 2}})
    alone = v4.new_output("display_data", data={WIDGET_VIEW: {"model_id": "2"}})
    cell = v4.new_code_cell("explore(f)", outputs=[alone, output])
    return v4.new_notebook(cells=[v4.new_markdown_cell("# Title"), cell], metadata={"widgets": {}})


def test_the_hook_changes_notebooks_and_nothing_else():
    model = {"type": "notebook", "content": notebook_with_a_widget()}
    before_saving(model=model, path="notebooks/a.ipynb", contents_manager=None)
    (kept,) = model["content"].cells[1].outputs
    assert kept.data == {"image/png": "aGk=", "text/plain": "A secant."}
    assert kept.metadata == {"image/png": {"width": 2}}
    assert "widgets" not in model["content"].metadata
    text = {"type": "file", "content": "a text"}
    before_saving(model=text, path="a.txt", contents_manager=None)
    assert text["content"] == "a text"
