"""Writes what SciPy and scikit-learn say about the statistics that the tables
report: eval/metric/testdata/scipy.json, read by eval/metric/scipy_test.go.

Run on its own, with SciPy and scikit-learn: python3 tools/golden/stats.py
"""

import itertools
import json
import os

import numpy as np
from scipy import stats
from sklearn import metrics

OUT = os.path.join(os.path.dirname(__file__), "..", "..", "eval", "metric", "testdata", "scipy.json")


def enumerate_signs(a, b):
    """The exact two-sided p of the signed rank test, by trying all signs."""
    d = [x - y for x, y in zip(a, b) if x != y]
    if not d:
        return 1.0
    ranks = stats.rankdata(np.abs(d))
    observed = sum(r for r, v in zip(ranks, d) if v > 0)
    total = sum(ranks)
    edge = min(observed, total - observed)
    sums = [sum(r for r, s in zip(ranks, signs) if s) for signs in itertools.product([0, 1], repeat=len(d))]
    return min(1.0, 2 * float(np.mean([s <= edge + 1e-9 for s in sums])))


def paired(rng):
    out = []
    for n, k in [(150, 5), (1300, 8), (57, 12), (400, 11), (7, 9), (1000, 10)]:
        a = rng.integers(n // 2, n + 1, k)
        b = np.clip(a + rng.integers(-3, 4, k), 0, n)
        out.append({"n": n, "a": a.tolist(), "b": b.tolist(), "p": enumerate_signs(a.tolist(), b.tolist())})
    for k in [3, 8, 10]:  # without ties SciPy's own exact test applies
        d = rng.permutation(np.arange(1, k + 1)) * rng.choice([-1, 1], k)
        a = (50 + d).tolist()
        out.append({"n": 100, "a": a, "b": [50] * k, "p": float(stats.wilcoxon(d, method="exact").pvalue)})
    return out


def students(rng):
    out = []
    for k in [2, 3, 10, 33]:
        a, b = rng.normal(70, 5, k), rng.normal(69, 5, k)
        r = stats.ttest_rel(a, b)
        low, high = r.confidence_interval(0.95)
        out.append({"a": a.tolist(), "b": b.tolist(), "t": float(r.statistic), "p": float(r.pvalue), "low": float(low), "high": float(high),
                    "se": float(stats.sem(a - b)), "std": float(np.std(a - b, ddof=1)), "mean": float(np.mean(a - b))})
    return out


def areas(rng):
    out = []
    for n, m, ties in [(20, 30, 1000), (50, 7, 4), (1, 9, 3), (200, 200, 20)]:
        pos, neg = rng.integers(0, ties, n) / 8 + 1, rng.integers(0, ties, m) / 8
        y, score = [1] * n + [0] * m, np.concatenate([pos, neg])
        fpr, tpr, _ = metrics.roc_curve(y, score, drop_intermediate=False)
        u = stats.mannwhitneyu(pos, neg).statistic / (n * m)
        auroc = float(metrics.roc_auc_score(y, score))
        assert abs(u - auroc) < 1e-12
        out.append({"positive": pos.tolist(), "negative": neg.tolist(), "auroc": auroc, "fpr95": float(min(f for f, t in zip(fpr, tpr) if t >= 0.95))})
    return out


def classes(rng):
    out = []
    for n, k in [(30, 3), (200, 7)]:
        labels, predicted = rng.integers(0, k, n), rng.integers(0, k, n)
        predicted = np.where(rng.random(n) < 0.5, labels, predicted)
        p, r, f, s = metrics.precision_recall_fscore_support(labels, predicted, labels=range(k), zero_division=0)
        out.append({"labels": labels.tolist(), "predicted": predicted.tolist(), "classes": k, "accuracy": 100 * float(metrics.accuracy_score(labels, predicted)),
                    "macro_f1": 100 * float(np.mean(f)), "precision": (100 * p).tolist(), "recall": (100 * r).tolist(), "f1": (100 * f).tolist()})
    return out


def means(rng):
    out = []
    for _ in range(3):
        a, b = rng.uniform(1, 100, 2)
        out.append({"a": float(a), "b": float(b), "hm": float(stats.hmean([a, b]))})
    return out


def probabilities(rng):
    out = []
    for n, k in [(40, 2), (300, 5)]:
        probs = rng.dirichlet(np.ones(k), n).astype(np.float32)
        labels = np.array([rng.choice(k, p=p / p.sum()) for p in probs.astype(float)])
        p64, confidence = probs.astype(float), probs.max(1).astype(float)
        correct = (probs.argmax(1) == labels).astype(float)
        # Bins open on the left, as bins of the negated confidence.
        edges = -np.arange(15, -1, -1) / 15
        count = stats.binned_statistic(-confidence, correct, "count", bins=edges).statistic
        gap = np.nan_to_num(stats.binned_statistic(-confidence, correct - confidence, "mean", bins=edges).statistic)
        onehot = np.eye(k)[labels]
        order = np.argsort(-confidence, kind="stable")
        out.append({"labels": labels.tolist(), "probs": [[float(v) for v in row] for row in probs],
                    "nll": float(np.mean([-stats.multinomial.logpmf(o, 1, p / p.sum()) - np.log(p.sum()) for o, p in zip(onehot, p64)])),
                    "brier": float(np.mean(((p64 - onehot) ** 2).sum(1))),
                    "ece": float(np.sum(count * np.abs(gap)) / n),
                    "aurc": float(np.mean(np.cumsum(1 - correct[order]) / np.arange(1, n + 1)))})
    return out


def main():
    rng = np.random.default_rng(1)
    os.makedirs(os.path.dirname(OUT), exist_ok=True)
    golden = {"signed_rank": paired(rng), "paired_t": students(rng), "auroc": areas(rng), "per_class": classes(rng), "harmonic": means(rng), "probabilities": probabilities(rng)}
    with open(OUT, "w") as f:
        json.dump(golden, f, indent=1)
        f.write("\n")


if __name__ == "__main__":
    main()
