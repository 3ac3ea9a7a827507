"""The Korean words of the field as the English ones that the tables of roles know; another language is another table.

출력 크기 -> output size        스트라이드 -> stride        전치 합성곱의 출력 -> output of the transposed convolution
"""

from __future__ import annotations

import re

WORDS = {
    "입력": "input", "출력": "output", "커널": "kernel", "필터": "filter", "가중치": "weights", "스트라이드": "stride",
    "보폭": "stride", "패딩": "padding", "제로": "zero", "덧대기": "padding", "팽창": "dilation",
    "다일레이션": "dilation", "확장": "dilation", "크기": "size", "사이즈": "size", "너비": "width", "폭": "width",
    "높이": "height", "길이": "length", "깊이": "depth", "채널": "channels", "개수": "number", "수": "number",
    "배치": "batch", "그룹": "groups", "편향": "bias", "바이어스": "bias", "매개변수": "parameters",
    "파라미터": "parameters", "모수": "parameters", "수용": "receptive", "영역": "field", "수용영역": "receptive field",
    "수용장": "receptive field", "풀링": "pooling", "윈도우": "window", "창": "window", "합성곱": "convolution",
    "컨볼루션": "convolution", "컨벌루션": "convolution", "교차상관": "cross-correlation",
    "상호상관": "cross-correlation", "전치": "transposed", "역합성곱": "transposed convolution", "기울기": "gradient",
    "그래디언트": "gradient", "미분": "derivative", "역전파": "backpropagation", "순전파": "forward", "손실": "loss",
    "오차": "error", "특성맵": "feature map", "특징맵": "feature map", "피처맵": "feature map", "이미지": "image",
    "신호": "signal", "데이터": "data", "상류": "upstream", "양쪽": "each side", "한쪽": "one side", "왼쪽": "left",
    "오른쪽": "right", "전체": "total", "합": "total", "층": "layer", "레이어": "layer", "계층": "layer",
    "이전": "previous", "곱셈": "multiplications", "연산": "operations", "목표": "target", "정답": "target",
    "확률": "probability", "로짓": "logits", "인덱스": "index", "위치": "position", "원소": "entry", "항등": "identity",
    "정의": "definition", "푸리에": "Fourier", "변환": "transform", "평균": "average", "최대": "max", "정수": "integer",
    "실수": "real number", "자연수": "natural number",
}  # fmt: skip
HANGUL = re.compile(r"[가-힣]+")
LONGEST = max(map(len, WORDS))


def english(text: str) -> str:
    """The text with every Korean word of the field in English; particles behind words are left out, other words stay."""
    return " ".join(HANGUL.sub(lambda m: f" {run(m[0])} ", text).split()) if HANGUL.search(text) else text


def run(word: str) -> str:
    """A run of Hangul, the longest words of the field first: 출력크기의 is output size."""
    found: list[str] = []
    at = 0
    while at < len(word):
        length = next((n for n in range(min(LONGEST, len(word) - at), 0, -1) if word[at : at + n] in WORDS), 0)
        if length == 1 and (len(word) - at > 2 or at + 1 < len(word)) and not found:
            length = 0  # a syllable that begins another word
        if length:
            found.append(WORDS[word[at : at + length]])
            at += length
            continue
        if not found:
            return word
        break  # what follows a word is a particle
    return " ".join(found)
