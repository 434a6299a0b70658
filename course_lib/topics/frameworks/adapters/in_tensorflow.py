"""TensorFlow's own words for the programs; ELU with α = 2 is that of its Keras."""

# mypy: disable-error-code="import-not-found, import-untyped"
from collections.abc import Callable
from typing import Any


def adapter() -> tuple[str, Callable[..., Any], dict[str, Callable[[Any], Any]]]:
    import tensorflow as tf
    from tensorflow.nn import leaky_relu, relu, relu6

    def differentiate(program: Callable[[Any], Any], point: list[float]) -> tuple[Any, Any]:
        x = tf.constant(point if len(point) > 1 else point[0], dtype=tf.float32)
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = program(x)
        return y, tf.reshape(tape.gradient(y, x), [-1]).numpy().tolist()

    def identity(x: Any) -> Any:
        return relu(x) - relu(-x)

    return "CPU, float32", differentiate, {
        "relu": relu,
        "maximum_x_0": lambda x: tf.maximum(x, 0.0),
        "maximum_0_x": lambda x: tf.maximum(0.0, x),
        "where_ge": lambda x: tf.where(x >= 0, x, 0.0),
        "where_gt": lambda x: tf.where(x > 0, x, 0.0),
        "x_times_step": lambda x: x * tf.cast(x > 0, tf.float32),
        "half_x_plus_abs": lambda x: (x + tf.abs(x)) / 2,
        "relu2": lambda x: relu(-x) + x,
        "relu3": lambda x: (relu(x) + relu(-x) + x) / 2,
        "identity_relu": identity,
        "identity_max": lambda x: tf.maximum(x, 0.0) - tf.maximum(-x, 0.0),
        "identity_nested_2": lambda x: identity(identity(x)),
        "identity_relu_twice": lambda x: relu(relu(x)) - relu(relu(-x)),
        "maximum_x_x": lambda x: tf.maximum(x, x),
        "zero_program": lambda x: (relu(-x) + x) - relu(x),
        "sqrt_square": lambda x: tf.sqrt(x**2),
        "abs": tf.abs,
        "clip_low": lambda x: tf.clip_by_value(x, -1.0, 1.0),
        "clip_high": lambda x: tf.clip_by_value(x, -1.0, 1.0),
        "relu6_0": relu6,
        "relu6_6": relu6,
        "leaky_relu": lambda x: leaky_relu(x, alpha=0.125),
        "elu_2": lambda x: tf.keras.activations.elu(x, alpha=2.0),
        "elu_1": tf.nn.elu,
        "sqrt": tf.sqrt,
        "tied_max_reduce": tf.reduce_max,
        "tied_max_axis": lambda x: tf.reduce_max(x, axis=0),
        "norm": tf.norm,
    }  # fmt: skip
