r"""What a formula about a function or a loss is about: said by its operator, its forward pass or its names.

softmax         p_i = e^{z_i} / sum_k e^{z_k}
cross_entropy   L = -sum_k y_k log p_k, y a target that sums to 1; with a class c, L = -log p_c; with a batch the mean
mse             L = 1/N sum_i (x_i - t_i)^2
bce             L = -(y log p + (1 - y) log(1 - p)), p = sigmoid(z)
dense           z_i = sum_j W_ij x_j + b_i, h_i = f(z_i), L any function of h; delta = dL/dz
"""

from __future__ import annotations

import re
from dataclasses import field

from symconv.claims.function_names import ACTIVATIONS, VECTOR, canonical
from symconv.errors import SymconvError
from symconv.language.claims import Published
from symconv.language.lazy import dataclass

LOSS_NAMES = {
    "crossentropy": "cross_entropy", "crossentropyloss": "cross_entropy", "softmaxcrossentropy": "cross_entropy",
    "nll": "cross_entropy", "nllloss": "cross_entropy", "categoricalcrossentropy": "cross_entropy",
    "softmaxloss": "cross_entropy", "sparsecategoricalcrossentropy": "cross_entropy", "mse": "mse",
    "meansquarederror": "mse", "mseloss": "mse", "meansquarederrorloss": "mse", "bce": "bce",
    "binarycrossentropy": "bce", "bceloss": "bce", "bcewithlogits": "bce", "bcewithlogitsloss": "bce", "logloss": "bce",
    "logisticregression": "bce", "sigmoidcrossentropy": "bce", "linear": "dense", "dense": "dense", "fc": "dense",
    "fullyconnected": "dense", "fullyconnectedlayer": "dense", "denselayer": "dense", "linearlayer": "dense",
    "softmaxwithcrossentropy": "cross_entropy", "logsoftmax": "logsoftmax",
}  # fmt: skip
ROLES = (
    (r"\bsoftmax\b.*\b(output|probabilit)|\bprobabilit|\bpredict|\bestimate|softmax\s*\(", "prob"),
    (r"\blogits?\b|\bscores?\b|pre-?activation|unnormali[sz]ed", "logits"),
    (r"\btargets?\b|\blabels?\b|one-?hot|ground|\btruth\b|\btrue (value|distribution|label)", "target"),
    (r"\bclass\b", "class"),
    (r"\bloss\b|\bcost\b|\berror function", "loss"),
    (r"\bbatch|number of (samples|examples|images|entries|elements)", "count"),
    (r"number of classes|\bclasses\b", "classes"),
    (r"\bslope\b", "slope"),
    (r"\bactivation", "activation"),
    (r"\bweights?\b|\bmatrix\b", "weight"),
    (r"\bbias", "bias"),
    (r"\bupstream|\bdelta\b|\berror\b", "delta"),
    (r"\binput", "input"),
    (r"\boutput", "output"),
    (r"\b(scalar|real|constant|number|temperature|parameter)\b", "scalar"),
)
STRONG = re.compile(
    r"\\?\b(?:leaky_?relu|relu6?|sigmoid|tanh|softplus|gelu|softmax|log_?softmax|silu|swish|log_?sigmoid|log_?sum_?exp|logistic"
    r"|sech|expit|hard_?tanh|soft_?sign|[cs]?elu|prelu|mish|hard_?swish|hard_?sigmoid|tanh_?shrink|soft_?min)\b|(?:\\sigma|σ|\bsigma)\s*(?:'|′|\^\s*\{?\\prime\}?)|\\operatorname\{erf\}",
    re.IGNORECASE,
)
KRONECKER = re.compile(r"(?:\\delta|δ|delta)_\{?\s*[a-z]\s*,?\s*[a-z]\s*\}?\s*-\s*[a-zA-Z\\]+_")
APPLIED = re.compile(  # f(x) = ..., h(z) = ...: a function, not a size times a size
    r"\s*\\?(?:[fgh]|phi|varphi|psi|rho|φ|ϕ|ψ|ρ)\s*(?:'|′|\^\s*\{?\\prime\}?)?\s*(?:\\left)?\(\s*\\?(?:mathbf)?\{?[xzutva]\}?\s*(?:\\right)?\)\s*:?="
)
DERIVED_BY = re.compile(r"\s*D_\{?[a-n]\}?\s*([A-Za-z])_\{?[a-n]\}?\s*=.*\1_")  # D_j S_i = ...
OWN_LOSS = re.compile(
    r"(?:(?:\A|[,;])\s*|\\partial\s*|∂\s*|\bd\s*)(?:L_\{?|\\(?:mathcal|mathrm|text|operatorname)\s*\{)*(?:L\}?_\{?)?(?:\\(?:text|mathrm)\{)?"
    r"(MSE|BCE|CE|NLL)\}*(?:\s*\([^()]*\))?\s*(?=[=}/])"
)
PLAIN = re.compile(
    r"(?:\\sigma|σ|\bsigma)\s*(?:\^\s*\{?\s*\(?\w+\)?\s*\}?)?\s*(?:\\left)?\(\s*-?\s*[\d.]*\s*\*?\s*[xztu]?\s*(?:\\right)?\)"
)
WEAK = re.compile(r"(?:\\sigma|σ|\bsigma)\s*(?:\\left)?\(")
TURNED = r"\}?\)?\s*(?:\^\s*\{?\s*(?:\\top|\\intercal|\\math(?:sf|rm)\s*\{?T\}?|T|⊤)(?![a-z])|\.T\b|ᵀ)"
ERROR = r"(?:\\(?:bold\w*\s*)?delta|\bdelta\b|δ|\bdz\b|\bdZ\b)"
WEIGHT_STEP = re.compile(
    r"\s*(?:\\frac\s*\{\\partial\s*\w+\}\s*\{\\partial\s*W\}|\\nabla_\{?W\}?\s*\w+|dW|d\w/dW|∂\w/∂W)\s*=\s*"
    rf"{ERROR}\s*(?:\\cdot|·|@)?\s*(?P<input>[xah]){TURNED}\s*\Z"
)
INPUT_STEP = re.compile(
    r"\s*(?:\\frac\s*\{\\partial\s*\w+\}\s*\{\\partial\s*x\}|\\nabla_\{?x\}?\s*\w+|d\w/dx|∂\w/∂x|"
    rf"{ERROR}(?:\s*\^\s*\{{?l\}}?)?)\s*=\s*\(*\s*W(?:\s*\^\s*\{{?l\+1\}}?)?{TURNED}\s*(?:\\cdot|·|@)?\s*{ERROR}"
)
REAL = re.compile(  # functions of real numbers, of which sizes have none
    r"\\(?:sqrt|sin|cos|tan|sinh|cosh|coth|ln)(?![a-z])|√|\b(?:erfc?|sqrt|sin|cos|tan|ln)\b|\\(?:text|mathrm|operatorname)\{(?:erfc?|sin|cos|tan)\}"
)
DERIVATIVE = re.compile(
    r"\\[dt]?frac\s*(?:\{\s*(?:d|\\partial)\s*\}|(?:d|\\partial)(?![a-z]))\s*\{\s*(?:d|\\partial)\s*[a-z]\s*\}|\bd/d[a-z]\b"
)  # of a function
ELSEWHERE = re.compile(
    r"\[|\\(?:sum|prod|int|omega|mathcal|lfloor|lceil|floor|hat|ast|star|bmod)(?![a-z])|[∑∫ω]|\\pi\s*i|2\s*pi\s*i|\bN\b"
)
MEASURES = re.compile(r"\b(?:stride|kernel|padding|dilation|conv\w*|rot180|correlat\w*|fold|pool\w*)\b", re.IGNORECASE)
OWN = ("gradient", "identity", "definition", "")


@dataclass
class Context:
    """The kind of a claim, its function, and the roles of its names."""

    kind: str = ""  # pointwise, softmax, logsoftmax, cross_entropy, mse, bce, dense, or nothing
    function: str = ""
    slope: str = ""
    reduction: str = "mean"
    roles: dict[str, str] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    told: bool = False
    transposed: bool = False  # dense: z = W^T x + b


def named(text: str) -> Context | None:
    """The context that an operator's name gives, or None for another operator.

    Raises SymconvError for a parameter that it does not have.
    """
    match = re.match(
        r"\s*(?:torch\.nn\.functional\.|torch\.nn\.|torch\.|nn\.|F\.|sc\.|tf\.nn\.)?"
        r"([A-Za-z][A-Za-z_ \-]*6?)\s*(?:\((.*)\))?\s*\Z",
        text,
        re.S,
    )
    if match is None:
        return None
    word = canonical(match[1].strip())
    plain = re.sub(r"[_\s\-]", "", match[1]).lower()
    made = Context(told=True)
    if word in ACTIVATIONS:
        made.kind, made.function = "pointwise", word
    elif word in VECTOR:
        made.kind = word if word != "logsumexp" else "softmax"
    elif plain in LOSS_NAMES:
        made.kind = LOSS_NAMES[plain]
    else:
        return None
    for part in filter(None, (p.strip() for p in (match[2] or "").split(","))):
        detail(made, part)
    return made


def detail(made: Context, part: str) -> None:
    """One parameter of an operator: a slope, a reduction, an activation."""
    key, equals, value = (p.strip() for p in part.partition("="))
    if not equals:
        key, value = ("slope", key) if made.function == "leaky_relu" else ("", key)
    value = value.strip("'\"")
    if key in ("slope", "negative_slope", "alpha", "negative slope") and made.function == "leaky_relu":
        made.slope = value
    elif key == "reduction" and value in ("mean", "sum") and made.kind in ("mse", "cross_entropy", "bce"):
        made.reduction = value
    elif key == "activation" and made.kind == "dense" and canonical(value) in ACTIVATIONS:
        made.aliases["sigma"] = made.function = canonical(value)
    else:
        raise SymconvError(f"operator: did not expect {part[:40]!r} here: a slope, or reduction=mean or sum")


def steps_back(published: Published) -> re.Match[str] | None:
    """Whether a formula is a dense layer's: dL/dW = delta x^T, dL/dx = W^T delta, delta^l = (W^T delta^{l+1}) .. ."""
    if published.operator.strip() or published.forward.strip() or published.where:
        return None
    plain = re.sub(r"\\(?:left|right|,|;|!)", "", published.formula)
    plain = re.sub(r"\\(?:math(?:bf|cal)|bm|boldsymbol)\s*\{(\\?\w+)\}", r"\1", plain)
    return WEIGHT_STEP.match(plain) or INPUT_STEP.match(plain)


def own_loss(published: Published) -> str:
    r"""The loss that a formula names by its own name: MSE = .., \partial MSE / \partial p, L_{CE} = ..."""
    found = OWN_LOSS.search(published.formula)
    return LOSS_NAMES.get(found[1].lower(), "cross_entropy") if found else ""


def shows_matrix(text: str) -> bool:
    """Whether a formula itself shows on which side of the input its matrix stands."""
    return bool(re.search(r"W\s*(?:\\mathbf\{)?x", text))


def words_of(published: Published) -> dict[str, str]:
    """The roles that are given to names."""
    found = {}
    for name, words in published.where:
        role = next((r for pattern, r in ROLES if re.search(pattern, words, re.IGNORECASE)), "")
        plain = canonical(words.strip().removesuffix(" function").removeprefix("the "))
        if plain in ACTIVATIONS or plain in VECTOR:
            role = f"={plain}"
        if role:
            found[name] = role
    return found


def is_about_functions(published: Published) -> bool:
    """Whether a formula is about functions and losses: by its operator, or by the functions that stand in it."""
    if published.about not in OWN:
        return False
    for text in (published.operator, published.forward):
        if not text.strip() or (text is published.forward and "=" in text):
            continue
        found = named(text)
        if found is None:
            return False
        return found.kind != "dense" or published.about in ("gradient", "identity", "definition", "")
    whole = " ; ".join((published.formula, published.forward))
    if MEASURES.search(whole):
        return False
    if own_loss(published) or steps_back(published) or DERIVED_BY.match(published.formula):
        return True
    own = re.match(r"\s*L(?:_\{?\w+\}?)?\s*=", published.formula)
    if own and not published.forward and re.search(r"\\partial\s*L|∂L|\bdL\s*/", published.formula):
        return True
    if re.match(r"\s*\\?(?:mathcal\{?|text\{?)?[LJEC](?:_\{?\w+\}?)?\}?\s*=", published.forward):
        return True
    said = " ".join(words for _, words in published.where)
    if re.search(r"softmax|sigmoid|cross-?\s?entropy|activation|logits?\b", said, re.IGNORECASE):
        return True
    if any(canonical(words.strip().removesuffix(" function")) in (*ACTIVATIONS, *VECTOR) for _, words in published.where):
        return True
    if STRONG.search(whole) or PLAIN.search(whole):
        return True
    if (
        APPLIED.match(published.formula)
        and not published.where
        and not re.search(r"\\sum|∑|\\int|∫|\*|\\(?:ast|star)\b", whole)
    ):
        return True
    if WEAK.search(whole) and re.search(r"e\^|\bexp\b|\\frac\{\\?d|\\partial|∂|1\s*-\s*\\?(?:σ|sigma)|\(\s*-", whole):
        return True
    if KRONECKER.search(whole) and re.search(r"\\partial|∂|\bd\w_?[ij]\s*/", whole):
        return True
    if (
        re.search(r"\bexp\(|\\exp|e\^", whole)
        and re.search(r"\\frac\{d|\bd\w?/d\w\b", whole)
        and not re.search(r"\\int|∫|\*\s*\w+\)", whole)
    ):
        return True
    if DERIVATIVE.search(whole) and not re.search(r"\*|_|\[|\\(?:ast|star|int|sum)\b|[∑∫]", whole):
        return True
    if REAL.search(whole) and not ELSEWHERE.search(whole):
        return True
    logarithm = re.search(r"\\log|\\ln|\blog\b|\bln\b", whole)
    return bool(
        logarithm and re.search(r"\\exp|\bexp\b|e\^", whole) and not re.search(r"\\pi\s*i|2\s*pi\s*i|\bj\\omega", whole)
    )
