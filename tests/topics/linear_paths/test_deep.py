"""The deep networks of the lesson: their starts by definition, and the shipped counts against training again."""

import numpy as np
import pytest
from scipy.stats import ttest_rel

from course_lib.topics.linear_paths import deep
from course_lib.topics.linear_paths.deep import RATES, VARIANTS, accuracies, best_rate, deep_network, rates_of, tuning


def test_variants_start_from_the_same_numbers_and_differ_as_they_say():
    plain = deep_network("plain, He", 3, replicas=2)
    assert np.std(np.array(plain.W[:-1])) == pytest.approx((2 / 64) ** 0.5, rel=0.01)
    for variant, factor in [
        ("plain, half of He", 0.5), ("skip, He", 1), ("skip, He/√50", 0.02**0.5), ("skip, He/50", 0.02), ("skip, 0", 0),
        ("skip, 0, slope 1", 0),
    ]:  # fmt: skip
        network = deep_network(variant, 3, replicas=2)
        assert network.sizes == [64] * 51 + [10]
        for mine, his in zip(network.W[:-1], plain.W[:-1], strict=True):
            np.testing.assert_allclose(mine, factor * his, rtol=1e-6)
        assert (network.W[-1] == plain.W[-1]).all() and not any(b.any() for b in network.b)
        assert [layer.skip for layer in network.layers] == [variant.startswith("skip")] * 50 + [False]
        assert network.layers[0].slope_at_kink == (1 if "slope" in variant else None)
        assert all((W[0] == W[1]).all() for W in network.W)
    turned = deep_network("plain, orthogonal", 3)
    for W in turned.W[:-1]:
        np.testing.assert_allclose(W[0] @ W[0].T, 2 * np.eye(64), atol=1e-5)
    assert not (turned.W[0] == deep_network("plain, orthogonal", 4).W[0]).any()


def test_the_shipped_counts_are_whole_and_the_best_rates_lie_inside_of_those_tried():
    for variant in VARIANTS:
        assert tuning(variant).shape == (4, len(rates_of(variant))) and accuracies(variant).shape == (8,)
        for shares in (tuning(variant), accuracies(variant)):
            assert ((shares >= 0) & (shares <= 1)).all() and np.allclose(shares * 450, (shares * 450).round())
        means = dict(zip(rates_of(variant), tuning(variant).mean(0), strict=True))
        assert means[best_rate(variant)] == max(means.values())
        # Some variants never learn, and a linear classifier, which "skip, 0" is, learns with any rate above 0.1.
        if max(means.values()) > 0.2 and variant != "skip, 0":
            assert RATES[0] < best_rate(variant) < RATES[-1]


@pytest.mark.slow
@pytest.mark.parametrize("variant", ["skip, He/50", "plain, half of He"])
def test_training_again_gives_the_shipped_counts(variant):
    """Up to the rounding of other processors, which moves some digits."""
    cell = {"variant": variant, "start": 0, "rates": [best_rate(variant)]}
    (count,) = deep.train_one(cell)["right"]
    assert abs(count - 450 * accuracies(variant)[0]) <= 9


def test_differences_are_taken_start_by_start():
    one, other = accuracies("skip, He/50"), accuracies("plain, He")
    interval = ttest_rel(one, other).confidence_interval()
    assert deep.paired_difference("skip, He/50", "plain, He") == pytest.approx(
        (interval.low, np.mean(one) - np.mean(other), interval.high)
    )


@pytest.mark.parametrize(
    "call",
    [lambda: deep_network("deep"), lambda: accuracies("deep"), lambda: tuning("deep"), lambda: rates_of("deep")],
)
def test_unknown_variants_are_refused(call):
    with pytest.raises(ValueError, match="^variant: got 'deep'; accepted are 'plain, He', "):
        call()


def test_a_start_below_0_is_refused():
    with pytest.raises(ValueError, match="^start: got -1; accepted is a whole number of at least 0"):
        deep_network("plain, He", -1)
