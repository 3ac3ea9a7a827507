"""``symconv verify``: what it prints, where errors go, how it ends."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import symconv as sc
from symconv.api import verify as api
from symconv.check.claims import factors
from symconv.claims.scalars import question
from symconv.cli.claims import _file
from symconv.cli.options import Asked, emit
from symconv.errors import SymconvError
from symconv.language.claims import Published
from symconv.language.question import Question
from tests import harness

CHAPTER = r"""
\documentclass{article}
\begin{document}
% symconv: about=output-size where="o=output, i=input, k=kernel, s=stride, p=padding on each side"
\begin{equation}\label{eq:size}
  o = \left\lfloor \frac{i + 2p - k}{s} \right\rfloor + 1
\end{equation}
% symconv: about=output-size
\begin{align}
  O_H &= H - K_H + 1, \\
  O_W &= H - K_W + 1.
\end{align}
\[ E = mc^2 \]
\end{document}
"""


run = partial(harness.run, "verify")


@pytest.mark.sweep(4)
@pytest.mark.parametrize(
    ("words", "status", "verdict"),
    [
        (["o = i - k + 1", "--where", "o=output, i=input, k=kernel"], 0, "proved"),
        (["o = \\left\\lfloor \\frac{i + 2p - k}{s} \\right\\rfloor + 1"], 0, "proved"),
        (["O_W = H - K_W + 1"], 1, "conditional"),
        (["o = i - k", "--about", "output-size"], 1, "refuted"),
        (["2 + 2 = 5", "--about", "arithmetic"], 1, "refuted"),
        (["2 + 2 = 4", "--about", "arithmetic"], 0, "checked"),
    ],
)
def test_one_formula(words: list[str], status: int, verdict: str) -> None:
    result = run(*words)
    assert (result.exit_code, result.stderr) == (status, "")
    found = json.loads(run(*words, "--json").stdout)["claims"][0]["verdict"]
    assert found == verdict or {found, verdict} == {"proved", "checked"}
    assert found in result.stdout


def test_options_give_the_meaning() -> None:
    plain = run(
        "a = (b + 2c - d)/e + 1", "--where", "a=output, b=input, c=padding on each side, d=kernel, e=stride",
        "--about", "output-size", "--json",
    )  # fmt: skip
    assert json.loads(plain.stdout)["claims"][0]["verdict"] == "conditional"
    given = run(
        "a = (b + 2c - d)/e + 1", "--where", "a=output, b=input, c=padding on each side, d=kernel, e=stride",
        "--about", "output-size", "--given", "e = 1", "--given", "d odd", "--json",
    )  # fmt: skip
    assert json.loads(given.stdout)["claims"][0]["verdict"] in ("proved", "checked")
    freed = run("H_out = H_in - kernel_size + 1", "--operator", "conv2d", "--json")
    assert json.loads(freed.stdout)["claims"][0]["verdict"] == "conditional"


def test_conventions() -> None:
    formula = ["o = floor((i + p - k)/s) + 1", "--json"]
    assert json.loads(run(*formula).stdout)["claims"][0]["verdict"] == "ambiguous"
    assert json.loads(run(*formula, "--convention", "padding=total").stdout)["claims"][0]["verdict"] == "proved"


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["o = (i + 2p - k)/s)"], "closing bracket"),
        (["o = \\flor{i}"], "unknown command"),
        (["o = i + "], "ends too early"),
        ([""], "expected a formula"),
        (["o = i", "--about", "output_size"], "did you mean 'output-size'"),
        (["o = i", "--where", "o"], "expected name=meaning"),
        (["o = i", "--where", "o=output, o=input"], "two meanings"),
        (["o = i", "--convention", "dilation"], "expected name=choice"),
        (["o = i", "--to", "svg"], "to: expected text, markdown"),
        (["o = i", "--to", "text", "--json"], "--json: expected no other target"),
        (["o = i", "--standalone"], "--standalone: expected --to latex"),
        (["missing.tex"], "missing.tex: cannot read the file"),
        (["missing.py"], "No such file"),
        (["o = i", "--jobs", "0"], "jobs"),
        (["x" * 6_000 + " = 1"], "at most 5000 characters"),
        (["(" * 200 + "a" + ")" * 200 + " = 1"], "levels of brackets"),
    ],
)
def test_bad_input_is_a_line_and_its_place(words: list[str], line: str) -> None:
    result = run(*words)
    assert (result.exit_code, result.stdout) == (2, "")
    first, *rest = result.stderr.splitlines()
    assert first.startswith("symconv: ")
    assert line in first
    assert len(rest) in (0, 2)
    assert not rest or set(rest[1]) <= set(" ^")


@pytest.mark.parametrize("formula", ["f \\star", "Q = R S + T", "f(x) = \\unheard x"])
def test_a_refusal_in_json_is_json(formula: str, tmp_path: Path) -> None:
    done = run(formula, "--to", "json")
    (claim,) = json.loads(done.stdout)["claims"]
    assert (done.exit_code, claim["verdict"], claim["formula"]) == (2, "unsupported", formula)
    assert claim["how"] in " ".join(done.stderr.split())
    kept = tmp_path / "refused.json"
    run(formula, "--to", "json", "-o", str(kept))
    assert json.loads(kept.read_text())["claims"][0]["verdict"] == "unsupported"


@pytest.mark.sweep(2)
@pytest.mark.parametrize("name", ["é", "e\u0301", "두", "\\text{가}", "ж", "नाम", "o_é", "שם", "𝐨", "o\u0301"])
def test_names_in_any_script(name: str) -> None:
    """They are names: not known until someone says what they are."""
    made = run(f"{name} = i - k + 1")
    assert made.exit_code == 2
    assert "--where" in made.stderr
    assert made.stderr.count("\n") == 1
    plain = name.removeprefix("\\text{").removesuffix("}")
    assert sc.verify(f"{name} = i - k + 1", where={plain: "output"}).status == "proved"
    assert sc.verify(f"{name} = i - k + 2", where=f"{plain}=output").status in ("refuted", "ambiguous")


@pytest.mark.parametrize(
    ("formula", "status"),
    [
        ("출력 = (입력 - 커널)/스트라이드 + 1", "conditional"),
        (r"\text{출력 크기} = \text{입력 크기} - \text{커널 크기} + 1", "proved"),
        ("출력크기 = 입력크기 - 커널크기 + 2", "refuted"),
    ],
)
def test_korean_words_of_the_field_are_known(formula: str, status: str) -> None:
    assert sc.verify(formula).status == status


@pytest.mark.parametrize("odd", ["١", "１", "Ⅷ", "½", "😀", "\u200d", "\u202e", "\0", "\x1b", "\U0010ffff"])
def test_what_is_no_letter_is_refused_at_its_place(odd: str) -> None:
    with pytest.raises(SymconvError, match=r"unknown character .* at character 6:") as raised:
        sc.verify(f"o = i{odd} - k + 1")
    assert "\n" not in str(raised.value)


@pytest.mark.sweep(1)
@pytest.mark.parametrize("last", ["N^{64}", "10^6", "N^{20}"])
def test_a_transforms_sum_is_limited_by_its_terms(last: str) -> None:
    formula = rf"X[k] = \sum_{{n=0}}^{{{last}}} x[n] e^{{-j\frac{{2\pi}}{{N}} kn}}"
    with pytest.raises(SymconvError, match="expected sums of at most 20,000 terms at N = "):
        sc.verify(formula, about="definition", operator="DFT")
    short = r"X[k] = \sum_{n=0}^{N-1} x[n] e^{-j\frac{2\pi}{N} kn}"
    assert sc.verify(short, about="definition", operator="DFT").holds


@pytest.mark.parametrize(
    ("inner", "line"),
    [
        (r"\prod_{i=1}^{1000000000000} s_i", "at most 60 terms"),
        (r"\prod_{i=1}^{50} \prod_{j=1}^{50} \prod_{k=1}^{50} \prod_{m=1}^{50} s_i", "at most 20,000 symbols"),
    ],
)
def test_layers_that_are_written_out_are_limited(inner: str, line: str) -> None:
    with pytest.raises(SymconvError, match=line):
        sc.verify(rf"r_0 = 1 + \sum_{{l=1}}^{{L}} (k_l-1) {inner}", about="receptive-field")
    assert sc.verify(r"r_0 = 1 + \sum_{l=1}^{L} (k_l-1) \prod_{i=1}^{l-1} s_i", about="receptive-field").holds


def test_a_convention_that_says_nothing_of_a_count_is_refused() -> None:
    with pytest.raises(
        SymconvError, match="expected count to be usual, bias, once, mults, adds for operations, got 'weights'"
    ) as raised:
        sc.verify("FLOPs = 2 MACs", about="parameters", conventions="count=weights")
    assert raised.value.__cause__ is None


@pytest.mark.parametrize(
    ("formula", "forward", "line"),
    [
        (
            r"\frac{\partial y_n}{\partial H_m} = h_{(n-m) \bmod N}",
            r"y_n = \sum_{k=0}^{N-1} h_k x_{(n-k) \bmod N}",
            "what is 'H'?",
        ),
        (
            r"\frac{\partial L}{\partial G} = \frac{\partial L}{\partial Y} \star_{\text{full}} \text{rot}_{180}(W)",
            r"Y = X \star_{\text{same}} W",
            "what is 'G'?",
        ),
        (r"\frac{\partial y_n}{\partial x} = h_{n}", "conv1d", "expected 1 above and 1 below as indices"),
    ],
)
def test_a_derivative_that_does_not_fit_its_forward_pass_is_refused(formula: str, forward: str, line: str) -> None:
    with pytest.raises(SymconvError, match=re.escape(line)) as raised:
        sc.verify(formula, about="gradient", forward=forward)
    assert raised.value.__cause__ is None


def test_a_chain_where_one_value_is_chosen_is_refused() -> None:
    with pytest.raises(SymconvError, match="expected one expression here, got a chain of 2") as raised:
        sc.verify("o = i > 0 ? 1 : k = 2 = 3", about="output-size")
    assert raised.value.__cause__ is None


def test_the_least_of_one_number_is_itself() -> None:
    told = {"Y": "DFT of y", "X": "DFT of x"}
    made = sc.verify(
        "Y[k] = X[k] min[k]", about="identity", where=told, forward=r"y[n] = \sum_{p=0}^{N-1} w[p] x[(n+p) \bmod N]"
    )
    assert made.status == "refuted"


def test_a_power_behind_a_transpose_is_read() -> None:
    with pytest.raises(SymconvError) as raised:
        sc.verify("x**h.T^H = f")
    assert raised.value.__cause__ is None


def test_a_huge_coefficient_is_not_taken_apart() -> None:
    """A condition is looked for in the factors of a difference only where they are found at once."""
    assert factors.vanishing(one_equation("a^2 + a - b^2 - b = 0")) is not None
    assert factors.vanishing(one_equation("7 a - 3 b = 0")) is not None
    huge = one_equation(f"1{'0' * 300}7 a - 1{'0' * 200}3 b = 0")
    assert factors.vanishing(huge) is None


def one_equation(formula: str) -> Question:
    told = (("a", "number"), ("b", "number"))
    return question(Published(formula, "identity", told), {})[0]


def test_a_huge_value_is_shown_short() -> None:
    """The sides of a counterexample to six digits where they have hundreds."""
    found = sc.verify(r"1 \ne relu(999999999999) := 3^{64}^{64}")
    assert found.status == "refuted"
    assert len(found.text()) < 2_000
    assert sc.verify(r"\frac{\partial C}{\partial b^l_j} = \delta^i_j", operator="dense").status in (
        "refuted",
        "unsupported",
    )


def test_a_condition_without_a_value_is_no_fault() -> None:
    """Where the text states it holds nowhere: the repair looks at the points where it does."""
    assert sc.verify(r"n * d = 8 if o = \sum_{C, c} 8 X^{-1}").status in ("refuted", "unsupported")


def test_a_variable_that_is_said_to_be_a_function_is_refused() -> None:
    with pytest.raises(SymconvError, match="'x' is said to be a function, and stands as a variable") as raised:
        sc.verify(r"\text{Sigmoid}(x) = \sigma(x) = \frac{1}{1 + \exp(-x)}", where="x=softmax")
    assert raised.value.__cause__ is None


def test_what_is_defined_by_itself_is_refused() -> None:
    with pytest.raises(SymconvError, match="is defined by itself") as raised:
        sc.verify(r"\frac{\partial L}{\partial z} = \sigma(z) - y", operator="bce", where="z=loss")
    assert raised.value.__cause__ is None  # foreseen


@pytest.mark.parametrize("where", ["formula", "where", "given", "operator", "forward"])
def test_a_lone_surrogate_is_refused(where: str) -> None:
    words = {"formula": "o = i - k + 1", where: "\ud800 = 1"}
    with pytest.raises(SymconvError, match="expected text in UTF-8"):
        sc.verify(**words)


def test_powers_in_unicode() -> None:
    assert sc.verify("n² = n n").status == "proved"
    assert sc.verify("(a+b)² = a² + 2ab + b²", where="a=number, b=number").status == "proved"
    assert sc.verify("o = i₁ - k + 1", where="o=output, i_1=input").status == "proved"


@pytest.mark.sweep(4)
@pytest.mark.parametrize(
    ("formula", "limit"),
    [
        ("o = i + 1e9999999", "at most 400 digits"),
        ("o = i + 1e-9999999", "at most 400 digits"),
        ("o = i + " + "9" * 4_500, "at most 400 digits"),
        ("o = i + 0." + "0" * 4_500 + "1", "at most 400 digits"),
        ("o = 1e5000", "at most 400 digits"),
        ("2^{2^{2^{2^2}}} = 1", "a power has more than 1200 digits"),
        ("9^9^9^9 = 1", "a power has more than 1200 digits"),
        ("o = 2^{2^{2^{2^2}}}", "a power has more than 1200 digits"),
        ("((1/3)^{64})^{64} = n", "a power has more than 1200 digits"),
        ("\\prod_{i=1}^{10^9} i = 1", "a value is above 10^1200"),
        ("\\sum_{a=0}^{200}\\sum_{b=0}^{200}\\sum_{c=0}^{200} 1 = 2", "a sum is too long"),
        ("o = i - " + "(" * 10_000 + "k" + ")" * 10_000, "at most 5000 characters"),
        ("o = i - " + "(" * 500 + "k" + ")" * 500, "at most 40 levels of brackets"),
    ],
)
def test_what_is_too_large_is_said(formula: str, limit: str) -> None:
    """Before it is worked out: a clear limit."""
    with pytest.raises(SymconvError, match=re.escape(limit)) as raised:
        sc.verify(formula)
    assert "\n" not in str(raised.value)


def test_one_formula_never_costs_the_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a formula fails with, a fault of ours included, is its row; alone it is a line of status 2."""
    from symconv.api import claims
    from symconv.errors import InternalError

    errors = {
        "a": KeyError("x\ny"),
        "b": RecursionError(),
        "c": MemoryError(),
        "d": InternalError("rule"),
        "e": OverflowError("big"),
    }
    sound = claims.judge

    def judge(published: Any) -> Any:
        if published.formula[0] in errors:
            raise errors[published.formula[0]]
        return sound(published)

    monkeypatch.setattr(claims, "judge", judge)
    path = tmp_path / "x.tex"
    path.write_text("".join(f"% symconv: about=output-size\n\\[ {n} = i - k + 1 \\]\n\n" for n in "abcdeo") + "\\[ x = 1\n")
    made = run(str(path), "--json")
    assert made.exit_code == 1
    rows = json.loads(made.stdout)["claims"]
    assert [r["verdict"] for r in rows] == ["unsupported"] * 5 + ["proved", "unsupported"]
    for row, words in zip(
        rows, ["KeyError", "too deeply", "out of memory", "internal error: rule", "OverflowError: big"], strict=False
    ):
        assert words in row["how"]
    assert "never closed" in rows[-1]["how"]
    for formula, words in (("a = 1", "(KeyError: 'x"), ("b = 1", "nested too deeply"), ("e = 1", "OverflowError: big")):
        alone = run(formula)
        assert (alone.exit_code, alone.stdout, alone.stderr.count("\n")) == (2, "", 1)
        assert words in alone.stderr


def test_the_carets_stand_below_the_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal; elsewhere there is one line."""
    formula = "o = \\left\\lfloor i \\rigt\\rfloor + 1"
    assert run(formula).stderr.count("\n") == 1
    monkeypatch.setattr("symconv.cli.claims.terminal", lambda: True)
    _, line, carets = run(formula).stderr.splitlines()
    assert line[carets.index("^") : carets.rindex("^") + 1] == "\\rigt"


def test_nothing_steers_the_terminal() -> None:
    result = run("o = i \x1b[31m")
    assert result.exit_code == 2
    assert "\x1b" not in result.stderr + result.stdout


def test_a_file(tmp_path: Path) -> None:
    path = tmp_path / "chapter.tex"
    path.write_text(CHAPTER)
    result = run(str(path))
    assert (result.exit_code, result.stderr) == (1, "")
    assert str(tmp_path) not in result.stdout
    whole = json.loads(run(str(path), "--to", "json").stdout)
    assert [(c["id"], c["line"], c["verdict"]) for c in whole["claims"]] == [
        ("eq:size", 6, "proved"), ("line 10", 10, "proved"), ("line 11", 11, "conditional"),
    ]  # fmt: skip
    assert [s["formula"] for s in whole["skipped"]] == ["E = mc^2"]
    assert whole["summary"]["skipped"] == 1
    good = tmp_path / "good.tex"
    good.write_text(CHAPTER.replace("O_W &= H", "O_W &= W"))
    assert run(str(good)).exit_code == 0


def test_the_report_goes_to_a_file_whole_or_not_at_all(tmp_path: Path) -> None:
    path, out = tmp_path / "chapter.tex", tmp_path / "report.xml"
    path.write_text(CHAPTER)
    assert run(str(path), "--to", "junit", "-o", str(out)).exit_code == 1
    assert out.read_text().startswith("<?xml")
    result = run(str(path), "-o", str(tmp_path / "no" / "report.txt"))
    assert result.exit_code == 2
    assert "cannot write" in result.stderr
    assert sorted(p.name for p in tmp_path.iterdir()) == ["chapter.tex", "report.xml"]


def test_options_fill_in_what_a_file_leaves_open(tmp_path: Path) -> None:
    path = tmp_path / "claims.toml"
    path.write_text("[[claim]]\nformula = 'a = b - c + 1'\nwhere = 'a=output'\n")
    assert run(str(path)).exit_code == 1
    assert run(str(path), "--about", "output-size", "--where", "a=input, b=input, c=kernel").exit_code == 0


def test_a_claim_that_cannot_be_read_is_a_row(tmp_path: Path) -> None:
    path = tmp_path / "claims.toml"
    path.write_text("[[claim]]\nformula = 'o = (i'\n\n[[claim]]\nformula = 'o = i - k + 1'\n")
    result = run(str(path))
    assert result.exit_code == 1
    assert "1 proved, 1 unsupported" in result.stdout
    assert "^" in result.stdout
    (first, _) = json.loads(run(str(path), "--json").stdout)["claims"]
    assert first["verdict"] == "unsupported"
    assert "opening bracket" in first["how"]


def test_an_equation_without_a_meaning_that_is_not_understood_counts_as_nothing(tmp_path: Path) -> None:
    path = tmp_path / "page.md"
    path.write_text("$$\n\\flurb{a} = b\n$$\n\n$$\no = i - k + 1\n$$\n")
    result = run(str(path))
    assert result.exit_code == 0
    assert "1 claim: 1 proved; 1 equation skipped" in result.stdout
    assert "no meaning was given" in result.stdout
    assert "needs a meaning:" not in result.stdout  # a meaning does not mend what cannot be read


@pytest.mark.parametrize(("name", "sign"), [("page.md", "<!-- {} -->"), ("page.tex", "% {}")])
def test_what_needs_a_meaning_comes_with_the_line_to_paste(name: str, sign: str, tmp_path: Path) -> None:
    path = tmp_path / name
    formula = "\\[ Q_{in} = \\gamma + \\beta \\]\n"
    path.write_text(formula)
    shown = " ".join(run(str(path)).stdout.split())
    line = sign.format('symconv: where="Q_in=..., gamma=..., beta=..."')
    assert f"needs a meaning: {line}" in shown
    filled = line.replace("Q_in=...", "Q_in=number").replace("gamma=...", "gamma=number").replace("beta=...", "beta=number")
    path.write_text(f"{filled}\n{formula}")
    assert "needs a meaning" not in run(str(path)).stdout


@pytest.mark.sweep(1)
@pytest.mark.parametrize("to", ["json", "text", "markdown", "latex", "junit"])
def test_jobs_do_not_change_the_report(tmp_path: Path, to: str) -> None:
    path = tmp_path / "claims.toml"
    path.write_text("".join(f"[[claim]]\nformula = 'o = i - k + {k}'\nabout = 'output-size'\n" for k in range(4)))
    one, two = (run(str(path), "--to", to, "--jobs", str(jobs)) for jobs in (1, 2))
    assert one.exit_code == two.exit_code == 1
    assert timeless(one.stdout) == timeless(two.stdout)


def timeless(text: str) -> Any:
    """What is the same on every run: all of it, but for one field of JSON."""
    if not text.startswith("{"):
        return text
    whole = json.loads(text)
    assert whole.pop("timing")
    return whole


def test_long_runs_show_their_progress(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    path = tmp_path / "claims.toml"
    path.write_text("".join(f"[[claim]]\nformula = '{k} + 1 = {k + 1}'\nabout = 'arithmetic'\n" for k in range(30)))
    options = {"about": None, "operator": None, "forward": None, "jobs": 1, "output": None}
    emit(_file(api, str(path), Published(""), options), Asked("text", False, None))
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    emit(_file(api, str(path), Published(""), options), Asked("text", False, None))
    out, err = capsys.readouterr()
    assert "verifying" in err
    assert "30 claims" in out
    assert "verifying" not in out


def test_ticks_are_given_once_per_claim(tmp_path: Path) -> None:
    path = tmp_path / "claims.toml"
    path.write_text("[[claim]]\nformula = '1 + 1 = 2'\n" * 1 + "[[claim]]\nformula = '1 = 1'\n")
    ticks: list[int] = []
    api.report(path, api.claims(path, Published("")), tick=ticks.append)
    assert ticks == [1, 1]


def test_the_help_needs_nothing_heavy() -> None:
    code = (
        "import sys\nfrom symconv.cli import main\ntry:\n    main(['verify', '--help'])\nexcept SystemExit:\n    pass\n"
        "print(sorted({m.split('.')[0] for m in sys.modules} & {'sympy', 'numpy', 'z3', 'lark'}), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"
    assert "Exit status" in done.stdout
