"""Writes a BERT encoder with mean pooling and L2 normalisation as an ONNX graph, straight from its safetensors file."""
import json
import struct

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

HEADS, LAYERS, EPSILON = 12, 6, 1e-12


def tensors(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        body = file.read()
    header.pop("__metadata__", None)
    return {
        name: np.frombuffer(body[entry["data_offsets"][0]:entry["data_offsets"][1]], np.float32).reshape(entry["shape"])
        for name, entry in header.items()
        if entry["dtype"] == "F32"
    }


class Graph:
    """Collects nodes and constants."""

    def __init__(self):
        self.nodes, self.constants = [], []

    def constant(self, name, array):
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def node(self, kind, inputs, output, **attributes):
        self.nodes.append(helper.make_node(kind, inputs, [output], name=f"{output}_node", **attributes))
        return output


def write(source, target):
    weights = tensors(source)
    hidden = weights["embeddings.word_embeddings.weight"].shape[1]
    graph = Graph()
    constant, node = graph.constant, graph.node

    def norm(value, key, output):
        scale = constant(f"{output}.scale", weights[f"{key}.weight"])
        bias = constant(f"{output}.shift", weights[f"{key}.bias"])
        return node("LayerNormalization", [value, scale, bias], output, axis=-1, epsilon=EPSILON)

    def dense(value, key, output):
        product = node("MatMul", [value, constant(f"{output}.w", weights[f"{key}.weight"].T)], f"{output}.product")
        return node("Add", [product, constant(f"{output}.b", weights[f"{key}.bias"])], output)

    words = constant("words", weights["embeddings.word_embeddings.weight"])
    kinds = weights["embeddings.token_type_embeddings.weight"][0]
    places = constant("places", weights["embeddings.position_embeddings.weight"] + kinds)
    node("Gather", [words, "input_ids"], "word")
    node("Shape", ["input_ids"], "length", start=1, end=2)
    zero, first = constant("zero", np.array([0], np.int64)), constant("first", np.array([0], np.int64))
    node("Slice", [places, zero, "length", first], "place")
    node("Add", ["word", "place"], "embedded")
    x = norm("embedded", "embeddings.LayerNorm", "x0")
    node("Unsqueeze", ["attention_mask", constant("axes12", np.array([1, 2], np.int64))], "mask4")
    node("Cast", ["mask4"], "mask4f", to=TensorProto.FLOAT)
    node("Sub", [constant("one", np.float32(1)), "mask4f"], "masked")
    node("Mul", ["masked", constant("far", np.float32(-1e4))], "mask_bias")
    split = constant("split", np.array([0, 0, HEADS, hidden // HEADS], np.int64))
    join = constant("join", np.array([0, 0, hidden], np.int64))
    scale = constant("scale", np.float32((hidden // HEADS) ** -0.5))
    root2, half = constant("root2", np.float32(2**0.5)), constant("half", np.float32(0.5))
    for layer in range(LAYERS):
        key = f"encoder.layer.{layer}"
        for part, order in (("query", [0, 2, 1, 3]), ("key", [0, 2, 3, 1]), ("value", [0, 2, 1, 3])):
            flat = dense(x, f"{key}.attention.self.{part}", f"{layer}.{part}.flat")
            node("Reshape", [flat, split], f"{layer}.{part}.split")
            node("Transpose", [f"{layer}.{part}.split"], f"{layer}.{part}", perm=order)
        node("MatMul", [f"{layer}.query", f"{layer}.key"], f"{layer}.raw")
        node("Mul", [f"{layer}.raw", scale], f"{layer}.scaled")
        node("Add", [f"{layer}.scaled", "mask_bias"], f"{layer}.biased")
        node("Softmax", [f"{layer}.biased"], f"{layer}.weights", axis=-1)
        node("MatMul", [f"{layer}.weights", f"{layer}.value"], f"{layer}.heads")
        node("Transpose", [f"{layer}.heads"], f"{layer}.turned", perm=[0, 2, 1, 3])
        node("Reshape", [f"{layer}.turned", join], f"{layer}.context")
        dense(f"{layer}.context", f"{key}.attention.output.dense", f"{layer}.attention")
        node("Add", [f"{layer}.attention", x], f"{layer}.residual1")
        middle = norm(f"{layer}.residual1", f"{key}.attention.output.LayerNorm", f"{layer}.middle")
        wide = dense(middle, f"{key}.intermediate.dense", f"{layer}.wide")
        node("Div", [wide, root2], f"{layer}.erf.in")
        node("Erf", [f"{layer}.erf.in"], f"{layer}.erf")
        node("Add", [f"{layer}.erf", "one"], f"{layer}.gate")
        node("Mul", [wide, f"{layer}.gate"], f"{layer}.gated")
        node("Mul", [f"{layer}.gated", half], f"{layer}.gelu")
        dense(f"{layer}.gelu", f"{key}.output.dense", f"{layer}.narrow")
        node("Add", [f"{layer}.narrow", middle], f"{layer}.residual2")
        x = norm(f"{layer}.residual2", f"{key}.output.LayerNorm", f"x{layer + 1}")
    node("Unsqueeze", ["attention_mask", constant("axis2", np.array([2], np.int64))], "mask3")
    node("Cast", ["mask3"], "mask3f", to=TensorProto.FLOAT)
    node("Mul", [x, "mask3f"], "kept")
    axis1 = constant("axis1", np.array([1], np.int64))
    node("ReduceSum", ["kept", axis1], "total", keepdims=0)
    node("ReduceSum", ["mask3f", axis1], "tokens", keepdims=0)
    node("Div", ["total", "tokens"], "mean")
    node("ReduceL2", ["mean"], "norm", axes=[1], keepdims=1)
    node("Div", ["mean", "norm"], "sentence_embedding")
    names = ("input_ids", "attention_mask")
    inputs = [helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "length"]) for name in names]
    output = helper.make_tensor_value_info("sentence_embedding", TensorProto.FLOAT, ["batch", hidden])
    built = helper.make_graph(graph.nodes, "bert", inputs, [output], graph.constants)
    model = helper.make_model(built, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.checker.check_model(model)
    onnx.save(model, str(target))
