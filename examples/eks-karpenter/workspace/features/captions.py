"""A sentence for each picture. The model is loaded once in each worker."""

import io

MODEL = "Salesforce/blip-image-captioning-base"


class Captioner:
    """Called with the bytes of one picture; `torch`, `transformers` and `pillow` are in the image."""

    def __init__(self) -> None:
        from transformers import BlipForConditionalGeneration, BlipProcessor

        self._processor = BlipProcessor.from_pretrained(MODEL)
        self._model = BlipForConditionalGeneration.from_pretrained(MODEL).to("cuda")

    def __call__(self, image: bytes) -> str:
        from PIL import Image

        picture = Image.open(io.BytesIO(image)).convert("RGB")
        pixels = self._processor(images=picture, return_tensors="pt").to("cuda")
        return str(self._processor.decode(self._model.generate(**pixels)[0], skip_special_tokens=True))
