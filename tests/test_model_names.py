import pytest

from kg.model_names import ModelName, model_name

NAMES = [
    ("Llama-3.1-70B-Instruct", "Llama", "3.1", 70e9), ("LLaMA-2-70B", "LLaMA", "2", 70e9),
    ("GPT-4o", "GPT", "4o", None),
    ("GPT-3.5-turbo", "GPT", "3.5", None), ("Mixtral 8x7B", "Mixtral", None, None), ("BERT-base", None, None, None),
    ("Qwen2.5-Math-7B-Instruct", "Qwen", "2.5", 7e9), ("Qwen3-30B-A3B", "Qwen", "3", 30e9),
    ("DeepSeek-V3", "DeepSeek", "3", None), ("MobileNetV3-Large", "MobileNet", "3", None),
    ("YOLOv8", "YOLO", "8", None),
    ("ResNet-50", "ResNet", "50", None), ("OPT-125M", "OPT", None, 125e6), ("Claude 3.5 Sonnet", "Claude", "3.5", None),
    ("Mamba2-130M", "Mamba", "2", 130e6), ("ViT-B/16", None, None, None), ("T5", None, None, None),
    ("o1", None, None, None),
    ("", None, None, None)]


@pytest.mark.parametrize(("name", "family", "version", "parameters"), NAMES)
def test_parts_of_a_name(name: str, family: str | None, version: str | None, parameters: float | None) -> None:
    assert model_name(name) == ModelName(family, version, parameters)


def test_all_names_were_tried() -> None:
    assert len(NAMES) == 19
