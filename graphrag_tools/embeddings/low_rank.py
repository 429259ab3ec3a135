"""Changes of low rank to a model's matrices, as further training leaves them (LoRA, Hu et al. 2021)."""

import numpy as np

from graphrag_tools.embeddings.sentence_graph import Weights

DOWN, UP = ".down", ".up"
"""What the names of the two factors of a matrix's change end with; before it stands the matrix's."""


def with_changes(weights: Weights, changes: bytes) -> Weights:
    """Return the weights, each matrix that the changes name with the product of its two factors added.

    `changes` is a file of safetensors: for a matrix of (outputs, inputs) one factor of (inputs, rank) and one of
    (rank, outputs).

    Raises:
        KeyError: A matrix is changed that is not among the weights.
    """
    from safetensors.numpy import load

    factors = {name: factor.astype(np.float32) for name, factor in load(changes).items()}
    changed = dict(weights)
    for name in (name.removesuffix(DOWN) for name in factors if name.endswith(DOWN)):
        changed[name] = weights[name] + (factors[name + DOWN] @ factors[name + UP]).T
    return changed
