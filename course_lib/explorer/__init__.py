"""Live figures and predictions in the browser: `explore` shows a scene with controls, `ChoiceWidget` asks first."""

from course_lib.explorer.choice import ChoiceWidget
from course_lib.explorer.controls import Checkbox, Number, Radio, Range, Select
from course_lib.explorer.explorer import Explorer, explore

__all__ = ["Checkbox", "ChoiceWidget", "Explorer", "Number", "Radio", "Range", "Select", "explore"]
