"""Ways to spoil the weights of the tiny model."""

import pytest


@pytest.fixture
def edit_weights(tiny_artifact):
    """The tiny model's weights after a function has edited their ONNX graph."""

    def edit(change):
        import onnx

        model = onnx.load_model_from_string(tiny_artifact.weights)
        change(model.graph)
        return model.SerializeToString()

    return edit


@pytest.fixture
def fail_on_token(edit_weights):
    """Weights that run on every token id but one, which sends the look-up out of its table."""

    def make(token_id):
        import numpy as np
        from onnx import helper, numpy_helper

        def redirect(graph):
            constants = {"bad": token_id, "outside": 10**6}
            graph.initializer.extend(
                numpy_helper.from_array(np.int64(value), name) for name, value in constants.items()
            )
            graph.node[0].input[1] = "redirected"
            graph.node.insert(0, helper.make_node("Where", ["is_bad", "outside", "input_ids"], ["redirected"]))
            graph.node.insert(0, helper.make_node("Equal", ["input_ids", "bad"], ["is_bad"]))

        return edit_weights(redirect)

    return make
