"""Vectors for texts. The model is loaded once in each worker, and gets whole batches."""

import pyarrow as pa

MODEL = "sentence-transformers/all-MiniLM-L6-v2"
WIDTH = 384


class Embedder:
    """Called with a batch of texts; nulls stay null."""

    def __init__(self) -> None:
        from sentence_transformers import SentenceTransformer

        self._model = SentenceTransformer(MODEL, device="cuda")

    def __call__(self, text: pa.Array) -> pa.Array:
        vectors = self._model.encode(text.fill_null("").to_pylist(), normalize_embeddings=True)
        values = pa.array(vectors.reshape(-1), pa.float32())
        return pa.FixedSizeListArray.from_arrays(values, WIDTH, mask=text.is_null())
