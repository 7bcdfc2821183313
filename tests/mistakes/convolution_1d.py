"""Notebook 02: answers that were really given, and relatives of theirs."""

from __future__ import annotations

from tests.mistakes import Cases

CASES = Cases()

# correlate1d

CASES.wrong(
    "correlate1d",
    "the library routine, before the ValueError is written",
    """
    def correlate1d(x, w):
        return np.correlate(x, w, "valid")
    """,
    says=("off limits",),
    never=("must raise",),
)

CASES.wrong(
    "correlate1d",
    "a product of polynomials",
    """
    def correlate1d(x, w):
        if not 1 <= len(w) <= len(x):
            raise ValueError("does not fit")
        return np.polymul(x, w[::-1])[len(w) - 1 : len(x)]
    """,
    says=("off limits",),
)

CASES.right(
    "correlate1d",
    "through a real Fourier transform",
    """
    def correlate1d(x, w):
        if not 1 <= len(w) <= len(x):
            raise ValueError("does not fit")
        n = len(x) + len(w) - 1
        full = np.fft.irfft(np.fft.rfft(x, n) * np.fft.rfft(w[::-1], n), n)
        return full[len(w) - 1 : len(x)]
    """,
)

CASES.right(
    "correlate1d",
    "an object that can be called, and an error of its own kind",
    """
    class DoesNotFit(ValueError):
        pass

    class Correlation:
        def __call__(self, x, w):
            if len(w) not in range(1, len(x) + 1):
                raise DoesNotFit(f"{len(w)} on {len(x)}")
            rows = np.arange(len(x) - len(w) + 1)[:, None] + np.arange(len(w))
            return np.asarray(x, dtype=float)[rows] @ np.asarray(w, dtype=float)

    correlate1d = Correlation()
    """,
)

CASES.right(
    "correlate1d",
    "recursion",
    """
    def correlate1d(x, w):
        if not 0 < len(w) <= len(x):
            raise ValueError("no place")
        first = float(np.dot(x[: len(w)], w))
        return np.array([first]) if len(x) == len(w) else np.append(first, correlate1d(x[1:], w))
    """,
)

CASES.right(
    "correlate1d",
    "in single precision",
    """
    def correlate1d(x, w):
        if not 0 < len(w) <= len(x):
            raise ValueError("no place")
        y = np.zeros(len(x) - len(w) + 1, dtype=np.float32)
        for i in range(len(y)):
            y[i] = sum(a * b for a, b in zip(x[i:], w))
        return y
    """,
)

CASES.wrong(
    "correlate1d",
    "= for +=",
    """
    def correlate1d(x, w):
        N, K = len(x), len(w)
        if K == 0 or K > N:
            raise ValueError("kernel does not fit")
        y = np.zeros(N - K + 1)
        for i in range(N - K + 1):
            for k in range(K):
                y[i] = x[i + k] * w[k]
        return y
    """,
    named=("keeps_the_last_product",),
)

CASES.wrong(
    "correlate1d",
    "the sum is not set back to 0",
    """
    def correlate1d(x, w):
        N, K = len(x), len(w)
        if K == 0 or K > N:
            raise ValueError("kernel does not fit")
        y, s = np.zeros(N - K + 1), 0
        for i in range(N - K + 1):
            for k in range(K):
                s += x[i + k] * w[k]
            y[i] = s
        return y
    """,
    named=("never_starts_the_sum_anew",),
)

CASES.wrong(
    "correlate1d",
    "three weights, written out",
    """
    def correlate1d(x, w):
        if len(w) == 0 or len(w) > len(x):
            raise ValueError("kernel does not fit")
        return np.array([x[i] * w[0] + x[i + 1] * w[1] + x[i + 2] * w[2] for i in range(len(x) - 2)])
    """,
    says=("a kernel of three weights",),
)

CASES.wrong(
    "correlate1d",
    "always three weights, in a loop",
    """
    def correlate1d(x, w):
        if len(w) == 0 or len(w) > len(x):
            raise ValueError("kernel does not fit")
        y = []
        for i in range(len(x) - len(w) + 1):
            y.append(sum(x[i + k] * w[k] for k in range(3)))
        return np.array(y)
    """,
    says=("a kernel of three weights",),
)

CASES.wrong(
    "correlate1d",
    "refuses a kernel as long as the signal",
    """
    def correlate1d(x, w):
        N, K = len(x), len(w)
        if K == 0 or K >= N:
            raise ValueError("kernel too long")
        return np.array([np.sum(x[i:i+K] * w) for i in range(N - K + 1)])
    """,
    says=("a kernel as long as the signal",),
)

CASES.wrong(
    "correlate1d",
    "flipped, and one window too few",
    """
    def correlate1d(x, w):
        N, K = len(x), len(w)
        if K == 0 or K > N:
            raise ValueError("kernel does not fit")
        y = np.zeros(N - K)
        for i in range(N - K):
            y[i] = np.sum(x[i : i + K] * np.flip(w))
        return y
    """,
    named=("flips_the_kernel", "stops_one_window_early"),
    says=("Two things",),
)

CASES.wrong(
    "correlate1d",
    "flipped, and no refusal",
    """
    def correlate1d(x, w):
        K = len(w)
        return np.array([float(np.dot(x[i : i + K], w[::-1])) for i in range(len(x) - K + 1)])
    """,
    named=("flips_the_kernel",),
    never=("Your sums are right",),
)

CASES.wrong(
    "correlate1d",
    "the output takes over the type of the signal",
    """
    def correlate1d(x, w):
        N, K = len(x), len(w)
        if K == 0 or K > N:
            raise ValueError("kernel does not fit")
        y = np.zeros(N - K + 1, dtype=x.dtype)
        for i in range(N - K + 1):
            for k in range(K):
                y[i] += x[i + k] * w[k]
        return y
    """,
    named=("cuts_fractions_off",),
    never=("You used", "Your output array took"),
)

CASES.wrong(
    "correlate1d",
    "whole rows added to an output like the signal",
    """
    def correlate1d(x, w):
        N, K = len(x), len(w)
        if K == 0 or K > N:
            raise ValueError("kernel does not fit")
        y = np.zeros_like(x[: N - K + 1])
        for k in range(K):
            y += w[k] * x[k : k + N - K + 1]
        return y
    """,
    named=("stops_at_fractions",),
)

CASES.wrong(
    "correlate1d",
    "the output is always an array of whole numbers",
    """
    def correlate1d(x, w):
        N, K = len(x), len(w)
        if K == 0 or K > N:
            raise ValueError("kernel does not fit")
        y = np.zeros(N - K + 1, int)
        for i in range(N - K + 1):
            y[i] = (x[i : i + K] * w).sum()
        return y
    """,
    named=("cuts_all_fractions_off",),
)

CASES.wrong(
    "correlate1d",
    "the errors are returned",
    """
    def correlate1d(x, w):
        N, K = len(x), len(w)
        if K == 0 or K > N:
            return ValueError("kernel does not fit")
        return np.array([np.sum(x[i:i+K] * w) for i in range(N - K + 1)])
    """,
    named=("never_checks_the_length",),
)

CASES.wrong(
    "correlate1d",
    "only an empty kernel is refused",
    """
    def correlate1d(x, w):
        if len(w) == 0:
            raise ValueError("empty")
        return np.array([np.sum(x[i:i+len(w)] * w) for i in range(len(x) - len(w) + 1)])
    """,
    named=("accepts_a_long_kernel",),
)

# convolve1d

CASES.wrong(
    "convolve1d",
    "slides and never flips",
    """
    def convolve1d(x, w, mode="full"):
        if len(x)==0 or len(w)==0: raise ValueError("empty")
        if mode not in ("full","same","valid"): raise ValueError("mode")
        N, K = len(x), len(w); s, b = min(N,K), max(N,K)
        p = np.pad(np.asarray(x,float), K-1)
        f = np.array([sum(p[i+k]*w[k] for k in range(K)) for i in range(N+K-1)])
        if mode=="full": return f
        if mode=="same": a=(s-1)//2; return f[a:a+b]
        return f[s-1:b]
    """,
    named=("does_not_flip",),
    may_name=("does_not_flip",),
    never=("added shifted copies", "turned the kernel round and", "You slid"),
)

CASES.wrong(
    "convolve1d",
    "adds copies of the kernel turned round",
    """
    def convolve1d(x, w, mode="full"):
        if len(x) == 0 or len(w) == 0 or mode not in ("full", "same", "valid"):
            raise ValueError("bad input")
        N, K = len(x), len(w)
        y = np.zeros(N + K - 1)
        for n in range(N):
            y[n : n + K] += x[n] * w[::-1]
        if mode == "same":
            y = y[(min(N, K) - 1) // 2 :][: max(N, K)]
        if mode == "valid":
            y = y[min(N, K) - 1 : max(N, K)]
        return y
    """,
    named=("does_not_flip",),
    may_name=("does_not_flip",),
    never=("You slid", "without turning it"),
)

CASES.wrong(
    "convolve1d",
    "valid cuts to minus nothing",
    """
    def convolve1d(x, w, mode="full"):
        if len(x)==0 or len(w)==0: raise ValueError("empty")
        if mode not in ("full","same","valid"): raise ValueError("mode")
        N, K = len(x), len(w); s, b = min(N,K), max(N,K)
        p = np.pad(np.asarray(x,float), K-1)
        f = np.array([sum(p[i+K-1-k]*w[k] for k in range(K)) for i in range(N+K-1)])
        if mode=="full": return f
        if mode=="same": a=(s-1)//2; return f[a:a+b]
        return f[s-1:-(s-1)]
    """,
    named=("valid_is_empty_for_one_weight",),
)

CASES.wrong(
    "convolve1d",
    "same cuts to minus nothing",
    """
    def convolve1d(x, w, mode="full"):
        if len(x) == 0 or len(w) == 0: raise ValueError("empty")
        if mode not in ("full", "same", "valid"): raise ValueError("mode")
        N, K = len(x), len(w)
        s = min(N, K) - 1
        y = np.zeros(N + K - 1)
        for n in range(N):
            y[n : n + K] += x[n] * w
        if mode == "same":
            return y[s // 2 : -(s - s // 2)]
        if mode == "valid":
            return y[s : len(y) - s]
        return y
    """,
    named=("same_is_empty_for_one_weight",),
)

CASES.right(
    "convolve1d",
    "through a Fourier transform",
    """
    def convolve1d(x, w, mode="full"):
        N,K=len(x),len(w)
        if not N or not K: raise ValueError
        n=N+K-1; f=np.fft.ifft(np.fft.fft(x,n)*np.fft.fft(w,n)).real
        lo={'full':0,'same':(min(N,K)-1)//2,'valid':min(N,K)-1}; ln={'full':n,'same':max(N,K),'valid':abs(N-K)+1}
        if mode not in lo: raise ValueError
        return f[lo[mode]:lo[mode]+ln[mode]]
    """,
)

CASES.right(
    "convolve1d",
    "a matrix of diagonals",
    """
    def convolve1d(x, w, mode="full"):
        N, K = len(x), len(w)
        if N == 0 or K == 0 or mode not in {"full", "same", "valid"}:
            raise ValueError(f"cannot convolve {N} with {K} in mode {mode}")
        T = sum(float(weight) * np.eye(N + K - 1, N, k=-k) for k, weight in enumerate(w))
        cut = {"full": 0, "same": min(N, K) - 1, "valid": 2 * (min(N, K) - 1)}[mode]
        return (T @ x)[cut // 2 : N + K - 1 - (cut - cut // 2)]
    """,
)

CASES.wrong(
    "convolve1d",
    "a product of polynomials",
    """
    def convolve1d(x, w, mode="full"):
        if mode not in ("full", "same", "valid") or len(x) == 0 or len(w) == 0:
            raise ValueError("bad")
        f = np.polymul(x, w)
        s, b = min(len(x), len(w)), max(len(x), len(w))
        return {"full": f, "same": f[(s - 1) // 2 : (s - 1) // 2 + b], "valid": f[s - 1 : b]}[mode]
    """,
    says=("off limits",),
)

CASES.wrong(
    "convolve1d",
    "same cut by the smaller half at both ends",
    """
    def convolve1d(x, w, mode="full"):
        if len(x)==0 or len(w)==0: raise ValueError("empty")
        if mode not in ("full","same","valid"): raise ValueError("mode")
        N, K = len(x), len(w); s, b = min(N,K), max(N,K)
        f = np.zeros(N + K - 1)
        for n in range(N): f[n:n+K] += x[n]*w
        if mode=="same":
            a = (s-1)//2
            return f[a:len(f)-a]
        return f if mode=="full" else f[s-1:b]
    """,
    never=("You padded", "padded K // 2"),
    named=("same_drops_the_smaller_half_twice",),
)

CASES.wrong(
    "convolve1d",
    "same padded by half a kernel on both sides",
    """
    def convolve1d(x, w, mode="full"):
        if len(x) == 0 or len(w) == 0: raise ValueError("empty")
        if len(w) > len(x): x, w = w, x
        K = len(w)
        if mode == "full": p = K - 1
        elif mode == "same": p = K // 2
        elif mode == "valid": p = 0
        else: raise ValueError("mode")
        xp = np.pad(x, p)
        return np.array([float(np.sum(xp[i:i+K] * w[::-1])) for i in range(len(xp) - K + 1)])
    """,
    named=("same_drops_the_smaller_half_twice",),
)

CASES.wrong(
    "convolve1d",
    "an unknown mode falls through to full",
    """
    def convolve1d(x, w, mode="full"):
        N, K = len(x), len(w)
        if N == 0 or K == 0: raise ValueError("empty")
        y = np.zeros(N + K - 1)
        for n in range(N): y[n:n+K] += x[n]*w
        s, b = min(N, K), max(N, K)
        if mode == "same": return y[(s-1)//2 : (s-1)//2 + b]
        if mode == "valid": return y[s-1 : b]
        return y
    """,
    named=("answers_an_unknown_mode",),
)

CASES.wrong(
    "convolve1d",
    "an unknown mode gives None",
    """
    def convolve1d(x, w, mode="full"):
        N, K = len(x), len(w)
        if N == 0 or K == 0: raise ValueError("empty")
        y = np.zeros(N + K - 1)
        for n in range(N): y[n:n+K] += x[n]*w
        s, b = min(N, K), max(N, K)
        if mode == "full": return y
        if mode == "same": return y[(s-1)//2 : (s-1)//2 + b]
        if mode == "valid": return y[s-1 : b]
    """,
    named=("answers_an_unknown_mode",),
    never=("as if nothing were wrong",),
)

CASES.wrong(
    "convolve1d",
    "products added up in an array of the signal's type",
    """
    def convolve1d(x, w, mode="full"):
        N, K = len(x), len(w)
        if N == 0 or K == 0: raise ValueError("empty")
        if mode not in ("full", "same", "valid"): raise ValueError("mode")
        y = np.zeros(N + K - 1, dtype=x.dtype)
        for n in range(N + K - 1):
            for m in range(N):
                if 0 <= n - m < K:
                    y[n] += x[m] * w[n - m]
        s, b = min(N, K), max(N, K)
        if mode == "same": return y[(s-1)//2 : (s-1)//2 + b]
        return y if mode == "full" else y[s-1 : b]
    """,
    named=("cuts_fractions_off",),
)

CASES.wrong(
    "convolve1d",
    "copies added in an array of the signal's type",
    """
    def convolve1d(x, w, mode="full"):
        N, K = len(x), len(w)
        if N == 0 or K == 0: raise ValueError("empty")
        if mode not in ("full", "same", "valid"): raise ValueError("mode")
        y = np.zeros(N + K - 1, dtype=x.dtype)
        for n in range(N):
            y[n : n + K] += x[n] * w
        s, b = min(N, K), max(N, K)
        if mode == "same": return y[(s-1)//2 : (s-1)//2 + b]
        return y if mode == "full" else y[s-1 : b]
    """,
    named=("stops_at_fractions",),
)

CASES.wrong(
    "convolve1d",
    "valid returns the difference of the lengths",
    """
    def convolve1d(x, w, mode="full"):
        N, K = len(x), len(w)
        if N == 0 or K == 0: raise ValueError("empty")
        if mode not in ("full", "same", "valid"): raise ValueError("mode")
        y = np.zeros(N + K - 1)
        for n in range(N): y[n:n+K] += x[n]*w
        s = min(N, K) - 1
        if mode == "same": return y[s//2 : s//2 + max(N, K)]
        return y if mode == "full" else y[s : s + abs(N - K)]
    """,
    named=("valid_is_one_too_short",),
)

CASES.wrong(
    "convolve1d",
    "not flipped, and valid one too short",
    """
    def convolve1d(x, w, mode="full"):
        N, K = len(x), len(w)
        if N == 0 or K == 0: raise ValueError("empty")
        if mode not in ("full", "same", "valid"): raise ValueError("mode")
        y = np.zeros(N + K - 1)
        for n in range(N): y[n:n+K] += x[n]*np.flip(w)
        s = min(N, K) - 1
        if mode == "same": return y[s//2 : s//2 + max(N, K)]
        return y if mode == "full" else y[s : s + abs(N - K)]
    """,
    named=("does_not_flip", "valid_is_one_too_short"),
)

CASES.wrong(
    "convolve1d",
    "an empty signal is let through",
    """
    def convolve1d(x, w, mode="full"):
        N, K = len(x), len(w)
        if K == 0: raise ValueError("empty")
        if mode not in ("full", "same", "valid"): raise ValueError("mode")
        y = np.zeros(N + K - 1)
        for n in range(N): y[n:n+K] += x[n]*w
        s = min(N, K) - 1
        if mode == "same": return y[s//2 : s//2 + max(N, K)]
        return y if mode == "full" else y[s : s + abs(N - K) + 1]
    """,
    named=("accepts_an_empty_signal",),
    never=("kernel without weights",),
)

CASES.wrong(
    "convolve1d",
    "two slips: = for +=, and same from the start",
    """
    def convolve1d(x, w, mode="full"):
        N, K = len(x), len(w)
        if N == 0 or K == 0: raise ValueError("empty")
        if mode not in ("full", "same", "valid"): raise ValueError("mode")
        y = np.zeros(N + K - 1)
        for i in range(N):
            for j in range(K):
                y[i + j] = x[i] * w[j]
        if mode == "full": return y
        if mode == "same": return y[:max(N, K)]
        return y[min(N, K) - 1 : max(N, K)]
    """,
    named=("copies_overwrite_each_other", "same_keeps_the_beginning"),
)

# toeplitz_matrix

CASES.right(
    "toeplitz_matrix",
    "the kernel slides over unit vectors",
    """
    def toeplitz_matrix(w, n):
        if len(w) == 0 or len(w) > n:
            raise ValueError("no place")
        return np.array([np.correlate(unit, w, "valid") for unit in np.eye(n)]).T
    """,
)

CASES.wrong(
    "toeplitz_matrix",
    "the routine that makes it",
    """
    def toeplitz_matrix(w, n):
        from scipy.linalg import toeplitz
        return toeplitz(np.r_[w[0], np.zeros(n - len(w))], np.r_[w, np.zeros(n - len(w))])
    """,
    says=("off limits",),
)

CASES.wrong(
    "toeplitz_matrix",
    "forgets that j - i must not be negative",
    """
    def toeplitz_matrix(w, n):
        K = len(w)
        if K == 0 or K > n:
            raise ValueError("does not fit")
        T = np.zeros((n - K + 1, n))
        for i in range(n - K + 1):
            for j in range(n):
                if j - i < K:
                    T[i, j] = w[j - i]
        return T
    """,
    named=("counts_from_the_end_on_the_left",),
)

CASES.wrong(
    "toeplitz_matrix",
    "an empty kernel is let through",
    """
    def toeplitz_matrix(w, n):
        K = len(w)
        if K > n:
            raise ValueError("does not fit")
        T = np.zeros((n - K + 1, n))
        for i in range(n - K + 1):
            T[i, i:i+K] = w
        return T
    """,
    named=("accepts_an_empty_kernel",),
)

CASES.wrong(
    "toeplitz_matrix",
    "whole numbers, and one row missing",
    """
    def toeplitz_matrix(w, n):
        K = len(w)
        if K == 0 or K > n:
            raise ValueError("does not fit")
        T = np.zeros((n - K, n), dtype=int)
        for i in range(n - K):
            T[i, i:i+K] = w
        return T
    """,
    named=("one_row_is_missing", "cuts_fractions_off"),
)

CASES.wrong(
    "toeplitz_matrix",
    "refuses a kernel as long as the signal",
    """
    def toeplitz_matrix(w, n):
        K = len(w)
        if K == 0 or K >= n:
            raise ValueError("does not fit")
        return np.array([np.r_[np.zeros(i), w, np.zeros(n - K - i)] for i in range(n - K + 1)])
    """,
    says=("a kernel as long as the signal",),
)

# output_lengths

CASES.wrong(
    "output_lengths",
    "only the speech is divided by the stride",
    """
    valid_length, same_length, full_length = 8, 12, 16
    strided_length, padded_length, speech_length = 5, 7, 100
    """,
    never=("Kernel 10", "on 23 numbers"),
    named=("divides_the_length_by_the_stride",),
)

CASES.wrong(
    "output_lengths",
    "not rounded",
    """
    valid_length, same_length, full_length = 8, 12, 16
    strided_length, padded_length, speech_length = 5, 7.5, 98
    """,
    named=("does_not_round",),
)

CASES.wrong(
    "output_lengths",
    "only the padding counted once",
    """
    valid_length, same_length, full_length = 8, 12, 16
    strided_length, padded_length, speech_length = 5, 5, 98
    """,
    named=("counts_the_padding_once",),
)

CASES.wrong(
    "output_lengths",
    "+ 1 forgotten under a stride only",
    """
    valid_length, same_length, full_length = 8, 12, 16
    strided_length, padded_length, speech_length = 4, 6, 97
    """,
    named=("forgets_the_first_window",),
)

# conv1d

CASES.wrong(
    "conv1d",
    "an output of the signal's type",
    """
    def conv1d(x, w, b=None, stride=1, padding=0):
        N, C, L = x.shape
        F, C2, K = w.shape
        if C != C2 or K > L + 2 * padding:
            raise ValueError("does not fit")
        xp = np.pad(x, [(0, 0), (0, 0), (padding, padding)])
        out = (L + 2 * padding - K) // stride + 1
        y = np.zeros((N, F, out), dtype=x.dtype)
        for n in range(N):
            for f in range(F):
                for i in range(out):
                    y[n, f, i] = (xp[n, :, i*stride : i*stride+K] * w[f]).sum() + (0 if b is None else b[f])
        return y
    """,
    named=("cuts_fractions_off",),
)

CASES.wrong(
    "conv1d",
    "a filter for one channel is spread over all",
    """
    def conv1d(x, w, b=None, stride=1, padding=0):
        N, C, L = x.shape
        F, _, K = w.shape
        if K > L + 2 * padding:
            raise ValueError("does not fit")
        xp = np.pad(x, [(0, 0), (0, 0), (padding, padding)])
        out = (L + 2 * padding - K) // stride + 1
        y = np.zeros((N, F, out))
        for n in range(N):
            for f in range(F):
                for i in range(out):
                    y[n, f, i] = (xp[n, :, i*stride : i*stride+K] * w[f]).sum()
                if b is not None:
                    y[n, f] += b[f]
        return y
    """,
    named=("spreads_a_one_channel_filter",),
)

CASES.wrong(
    "conv1d",
    "every axis padded before the shapes are read",
    """
    def conv1d(x, w, b=None, stride=1, padding=0):
        x = np.pad(x, padding)
        N, C, L = x.shape
        F, C2, K = w.shape
        if C != C2:
            raise ValueError("channels differ")
        if K > L:
            raise ValueError("kernel too long")
        y = np.zeros((N, F, (L - K) // stride + 1))
        for i in range(y.shape[2]):
            y[:, :, i] = np.einsum("nck,fck->nf", x[:, :, i*stride : i*stride+K], w)
        if b is not None:
            y += b[None, :, None]
        return y
    """,
    says=("with padding",),
)

CASES.wrong(
    "conv1d",
    "the stride is ignored",
    """
    def conv1d(x, w, b=None, stride=1, padding=0):
        N, C, L = x.shape
        F, C2, K = w.shape
        if C != C2 or K > L + 2 * padding:
            raise ValueError("does not fit")
        xp = np.pad(x, [(0, 0), (0, 0), (padding, padding)])
        y = np.zeros((N, F, L + 2 * padding - K + 1))
        for i in range(y.shape[2]):
            y[:, :, i] = np.tensordot(xp[:, :, i : i+K], w, axes=([1, 2], [1, 2]))
        return y if b is None else y + b[:, None]
    """,
    named=("ignores_the_stride",),
)

CASES.wrong(
    "conv1d",
    "no axis for the batch",
    """
    def conv1d(x, w, b=None, stride=1, padding=0):
        N, C, L = x.shape
        F, C2, K = w.shape
        if C != C2 or K > L + 2 * padding:
            raise ValueError("does not fit")
        xp = np.pad(x, [(0, 0), (0, 0), (padding, padding)])
        out = (L + 2 * padding - K) // stride + 1
        y = np.zeros((F, out))
        for f in range(F):
            for i in range(out):
                y[f, i] = (xp[0, :, i*stride : i*stride+K] * w[f]).sum() + (0 if b is None else b[f])
        return y
    """,
    named=("leaves_out_the_axis_of_the_batch",),
)

CASES.wrong(
    "conv1d",
    "every channel makes an output of its own",
    """
    def conv1d(x, w, b=None, stride=1, padding=0):
        N, C, L = x.shape
        F, C2, K = w.shape
        if C != C2 or K > L + 2 * padding:
            raise ValueError("does not fit")
        xp = np.pad(x, [(0, 0), (0, 0), (padding, padding)])
        out = (L + 2 * padding - K) // stride + 1
        y = np.zeros((N, F, C, out))
        for i in range(out):
            y[:, :, :, i] = np.einsum("nck,fck->nfc", xp[:, :, i*stride : i*stride+K], w)
        if b is not None:
            y += b[:, None, None]
        return y.reshape(N, F * C, out)
    """,
    named=("keeps_the_channels_apart",),
)

CASES.wrong(
    "conv1d",
    "step 1: one filter, and nothing else",
    """
    def conv1d(x, w, b=None, stride=1, padding=0):
        N, C, L = x.shape
        F, C2, K = w.shape
        if C != C2 or K > L:
            raise ValueError("does not fit")
        y = np.zeros((N, 1, L - K + 1))
        for i in range(L - K + 1):
            y[:, 0, i] = (x[:, :, i : i + K] * w[0]).sum(axis=(1, 2))
        return y
    """,
)

CASES.wrong(
    "conv1d",
    "step 2: all filters",
    """
    def conv1d(x, w, b=None, stride=1, padding=0):
        N, C, L = x.shape
        F, C2, K = w.shape
        if C != C2 or K > L:
            raise ValueError("does not fit")
        y = np.zeros((N, F, L - K + 1))
        for f in range(F):
            for i in range(L - K + 1):
                y[:, f, i] = (x[:, :, i : i + K] * w[f]).sum(axis=(1, 2))
        return y
    """,
)

CASES.wrong(
    "conv1d",
    "step 3: strides",
    """
    def conv1d(x, w, b=None, stride=1, padding=0):
        N, C, L = x.shape
        F, C2, K = w.shape
        if C != C2 or K > L:
            raise ValueError("does not fit")
        y = np.zeros((N, F, (L - K) // stride + 1))
        for f in range(F):
            for i in range(y.shape[2]):
                y[:, f, i] = (x[:, :, i * stride : i * stride + K] * w[f]).sum(axis=(1, 2))
        return y
    """,
)

CASES.wrong(
    "conv1d",
    "step 4: padding",
    """
    def conv1d(x, w, b=None, stride=1, padding=0):
        x = np.pad(x, ((0, 0), (0, 0), (padding, padding)))
        N, C, L = x.shape
        F, C2, K = w.shape
        if C != C2 or K > L:
            raise ValueError("does not fit")
        y = np.zeros((N, F, (L - K) // stride + 1))
        for f in range(F):
            for i in range(y.shape[2]):
                y[:, f, i] = (x[:, :, i * stride : i * stride + K] * w[f]).sum(axis=(1, 2))
        return y
    """,
    named=("leaves_the_bias_out",),
)

CASES.wrong(
    "conv1d",
    "reads sample 0 for all of the batch",
    """
    def conv1d(x, w, b=None, stride=1, padding=0):
        N, C, L = x.shape
        F, C2, K = w.shape
        if C != C2 or K > L + 2 * padding:
            raise ValueError("does not fit")
        xp = np.pad(x, [(0, 0), (0, 0), (padding, padding)])
        out = (L + 2 * padding - K) // stride + 1
        y = np.zeros((N, F, out))
        for n in range(N):
            for f in range(F):
                for i in range(out):
                    y[n, f, i] = np.sum(xp[0, :, i*stride : i*stride+K] * w[f])
                    if b is not None:
                        y[n, f, i] += b[f]
        return y
    """,
    named=("reads_the_first_signal_only",),
)

CASES.wrong(
    "conv1d",
    "refuses by the signal without its padding",
    """
    def conv1d(x, w, b=None, stride=1, padding=0):
        N, C, L = x.shape
        F, C2, K = w.shape
        if C != C2 or K > L:
            raise ValueError("does not fit")
        xp = np.pad(x, [(0, 0), (0, 0), (padding, padding)])
        y = np.zeros((N, F, (L + 2 * padding - K) // stride + 1))
        for i in range(y.shape[2]):
            y[:, :, i] = np.einsum("nck,fck->nf", xp[:, :, i*stride : i*stride+K], w)
        return y if b is None else y + b[:, None]
    """,
    says=("a kernel longer than the signal",),
)

CASES.wrong(
    "conv1d",
    "and for or in the refusal",
    """
    def conv1d(x, w, b=None, stride=1, padding=0):
        N, C, L = x.shape
        F, C2, K = w.shape
        if C != C2 and K > L + 2 * padding:
            raise ValueError("does not fit")
        xp = np.pad(x, [(0, 0), (0, 0), (padding, padding)])
        y = np.zeros((N, F, max(0, (L + 2 * padding - K) // stride + 1)))
        for n in range(N):
            for f in range(F):
                for c in range(min(C, C2)):
                    for i in range(y.shape[2]):
                        y[n, f, i] += np.dot(xp[n, c, i*stride : i*stride+K], w[f, c])
        return y if b is None else y + b[:, None]
    """,
)

CASES.wrong(
    "conv1d",
    "flipped, and the bias for every channel",
    """
    def conv1d(x, w, b=None, stride=1, padding=0):
        N, C, L = x.shape
        F, C2, K = w.shape
        if C != C2 or K > L + 2 * padding:
            raise ValueError("does not fit")
        xp = np.pad(x, [(0, 0), (0, 0), (padding, padding)])
        y = np.zeros((N, F, (L + 2 * padding - K) // stride + 1))
        for n in range(N):
            for f in range(F):
                for c in range(C):
                    for i in range(y.shape[2]):
                        y[n, f, i] += np.dot(xp[n, c, i*stride : i*stride+K], w[f, c, ::-1])
                        if b is not None:
                            y[n, f, i] += b[f]
        return y
    """,
    named=("flips_like_a_convolution", "bias_for_every_channel"),
)

CASES.wrong(
    "conv1d",
    "a bias taken for a truth",
    """
    def conv1d(x, w, b=None, stride=1, padding=0):
        N, C, L = x.shape
        F, C2, K = w.shape
        if C != C2 or K > L + 2 * padding:
            raise ValueError("does not fit")
        xp = np.pad(x, [(0, 0), (0, 0), (padding, padding)])
        y = np.zeros((N, F, (L + 2 * padding - K) // stride + 1))
        for i in range(y.shape[2]):
            y[:, :, i] = np.einsum("nck,fck->nf", xp[:, :, i*stride : i*stride+K], w)
        if b:
            y += b.reshape(1, F, 1)
        return y
    """,
    named=("asks_an_array_whether_it_is_true",),
    says=("`if b:`",),
)

CASES.wrong(
    "conv1d",
    "a bias compared with None, number by number",
    """
    def conv1d(x, w, b=None, stride=1, padding=0):
        N, C, L = x.shape
        F, C2, K = w.shape
        if C != C2 or K > L + 2 * padding:
            raise ValueError("does not fit")
        xp = np.pad(x, [(0, 0), (0, 0), (padding, padding)])
        y = np.zeros((N, F, (L + 2 * padding - K) // stride + 1))
        for i in range(y.shape[2]):
            y[:, :, i] = np.einsum("nck,fck->nf", xp[:, :, i*stride : i*stride+K], w)
        if b != None:
            y += b.reshape(1, F, 1)
        return y
    """,
    named=("asks_an_array_whether_it_is_true",),
    never=("`if b:`",),
)

CASES.wrong(
    "conv1d",
    "the layer of a library",
    """
    def conv1d(x, w, b=None, stride=1, padding=0):
        import torch
        import torch.nn.functional as F
        return F.conv1d(torch.tensor(x), torch.tensor(w), None if b is None else torch.tensor(b), stride, padding).numpy()
    """,
    says=("off limits",),
)

CASES.right(
    "conv1d",
    "a library's sliding product for each pair of channels",
    """
    def conv1d(x, w, b=None, stride=1, padding=0):
        if x.shape[1] != w.shape[1] or w.shape[2] > x.shape[2] + 2 * padding:
            raise ValueError("does not fit")
        xp = np.pad(x, ((0, 0), (0, 0), (padding, padding)))
        y = np.array([[sum(np.correlate(a, k, "valid") for a, k in zip(s, f))[::stride] for f in w] for s in xp])
        return y if b is None else y + np.asarray(b)[:, None]
    """,
)

CASES.right(
    "conv1d",
    "windows of PyTorch, in single precision",
    """
    def conv1d(x, w, b=None, stride=1, padding=0):
        import torch

        if x.shape[1] != w.shape[1] or w.shape[2] > x.shape[2] + 2 * padding:
            raise ValueError("does not fit")
        xp = torch.tensor(np.pad(x, ((0, 0), (0, 0), (padding, padding))).astype("float32"))
        windows = xp.unfold(2, w.shape[2], stride)
        y = torch.einsum("nclk,fck->nfl", windows, torch.tensor(w.astype("float32")))
        return (y if b is None else y + torch.tensor(b.astype("float32"))[:, None]).numpy()
    """,
)

# motif_scores

CASES.right(
    "motif_scores",
    "a library's sliding product for each letter",
    """
    def motif_scores(sequence, motif):
        if not 0 < len(motif) <= len(sequence):
            raise ValueError("does not fit")
        s, m = sequence.upper(), motif.upper()
        hot = lambda text, base: np.array([float(c == base) for c in text])
        return sum(np.correlate(hot(s, base), hot(m, base), "valid") for base in "ACGT")
    """,
)

CASES.right(
    "motif_scores",
    "pairs of letters in a set",
    """
    def motif_scores(sequence, motif):
        if len(motif) == 0 or len(motif) > len(sequence):
            raise ValueError("does not fit")
        pairs = {(a, b) for a in "AaCcGgTt" for b in "AaCcGgTt" if a.lower() == b.lower()}
        return np.array([sum((a, b) in pairs for a, b in zip(sequence[i:], motif))
                         for i in range(len(sequence) - len(motif) + 1)])
    """,
)

CASES.wrong(
    "motif_scores",
    "U is read as T",
    """
    def motif_scores(sequence, motif):
        if not 0 < len(motif) <= len(sequence):
            raise ValueError("does not fit")
        s, m = sequence.upper().replace("U", "T"), motif.upper().replace("U", "T")
        return np.array([sum(a == b and a in "ACGT" for a, b in zip(s[i:], m)) for i in range(len(s) - len(m) + 1)])
    """,
    named=("reads_u_as_t",),
    never=("You left N out", "every other letter"),
)

CASES.wrong(
    "motif_scores",
    "capitals in the sequence only",
    """
    def motif_scores(sequence, motif):
        if not 0 < len(motif) <= len(sequence):
            raise ValueError("does not fit")
        s = sequence.upper()
        return np.array([sum(a == b and a in "ACGT" for a, b in zip(s[i:], motif)) for i in range(len(s) - len(motif) + 1)])
    """,
    named=("small_letters_in_the_motif_score_nothing",),
    never=("Small letters score nothing",),
)

CASES.wrong(
    "motif_scores",
    "N is a wild card",
    """
    def motif_scores(sequence, motif):
        if not 0 < len(motif) <= len(sequence):
            raise ValueError("does not fit")
        s, m = sequence.upper(), motif.upper()
        scores = []
        for i in range(len(s) - len(m) + 1):
            scores.append(sum((a == b and a in "ACGT") or "N" in (a, b) for a, b in zip(s[i:], m)))
        return np.array(scores)
    """,
    named=("n_matches_everything",),
)

CASES.wrong(
    "motif_scores",
    "a letter that is no base stops it",
    """
    def motif_scores(sequence, motif):
        if not 0 < len(motif) <= len(sequence):
            raise ValueError("does not fit")
        rows = {"A": 0, "C": 1, "G": 2, "T": 3}
        s = np.zeros((4, len(sequence)))
        m = np.zeros((4, len(motif)))
        for j, letter in enumerate(sequence.upper()):
            s[rows[letter], j] = 1
        for j, letter in enumerate(motif.upper()):
            m[rows[letter], j] = 1
        return np.array([(s[:, i : i + len(motif)] * m).sum() for i in range(len(sequence) - len(motif) + 1)])
    """,
)

CASES.wrong(
    "motif_scores",
    "an unknown letter matches itself, and the last place is missing",
    """
    def motif_scores(sequence, motif):
        if not 0 < len(motif) <= len(sequence):
            raise ValueError("does not fit")
        s, m = sequence.upper(), motif.upper()
        return np.array([sum(s[i + k] == m[k] for k in range(len(m))) for i in range(len(s) - len(m))])
    """,
    named=("leaves_the_last_place_out", "unknown_matches_unknown"),
)

CASES.wrong(
    "convolve1d",
    "refuses what is empty only where padding does",
    """
    def convolve1d(x, w, mode="full"):
        if mode not in ("full", "same", "valid"):
            raise ValueError("no such mode")
        if len(w) > len(x):
            x, w = w, x
        k = len(w)
        left, right = {"full": (k - 1, k - 1), "same": (k // 2, (k - 1) // 2), "valid": (0, 0)}[mode]
        padded = np.pad(np.asarray(x, dtype=float), (left, right))
        return np.lib.stride_tricks.sliding_window_view(padded, k) @ w[::-1].astype(float)
    """,
    says=("an empty kernel, valid",),
)

CASES.wrong(
    "convolve1d",
    "refuses an empty kernel only",
    """
    def convolve1d(x, w, mode="full"):
        if mode not in ("full", "same", "valid") or len(w) == 0:
            raise ValueError("no such mode, or no kernel")
        if len(w) > len(x):
            x, w = w, x
        k = len(w)
        left, right = {"full": (k - 1, k - 1), "same": (k // 2, (k - 1) // 2), "valid": (0, 0)}[mode]
        padded = np.pad(np.asarray(x, dtype=float), (left, right))
        return np.lib.stride_tricks.sliding_window_view(padded, k) @ w[::-1].astype(float)
    """,
    says=("an empty signal, valid",),
)


def layer_with_windows(checks: str, padded: str = "np.pad(x, ((0, 0), (0, 0), (padding, padding)))") -> str:
    """A layer by windows and einsum, with these lines of refusals and this padded signal."""
    return f"""
    def conv1d(x, w, b=None, stride=1, padding=0):
        N, C, L = x.shape
        F, channels, K = w.shape
        {checks}
            raise ValueError("the filter does not fit")
        padded = {padded}
        padded[:, :, padding : padding + L] = x
        windows = np.lib.stride_tricks.sliding_window_view(padded, K, axis=2)[:, :, ::stride]
        y = np.einsum("nclk,fck->nfl", windows, w)
        return y if b is None else y + b[:, None]
    """


CASES.wrong(
    "conv1d",
    "spreads one channel over a filter for three",
    layer_with_windows("if C > channels or K > L + 2 * padding:"),
    says=("one channel, a filter for three",),
)
CASES.wrong(
    "conv1d",
    "asks whether the channels fit on the signal",
    layer_with_windows("if C != channels or C > L + 2 * padding or K > L + 2 * padding:"),
    explained=False,
    why="it ends in an error of its own, in one example",
)
CASES.wrong(
    "conv1d",
    "asks whether the filters fit on the signal",
    layer_with_windows("if C != channels or F > L + 2 * padding or K > L + 2 * padding:"),
    explained=False,
    why="it ends in an error of its own, in one example",
)
CASES.wrong(
    "conv1d",
    "makes room for one padding and two",
    layer_with_windows(
        "if C != channels or K > L + 2 * padding:", "np.zeros((N, C, L + max(2 * min(padding, 2), padding)))"
    ),
    explained=False,
    why="it ends in an error of its own, in one example",
)
CASES.wrong(
    "conv1d",
    "a signal of fractions padded in an array of the filter's and the bias's type",
    layer_with_windows(
        "if C != channels or K > L + 2 * padding:",
        "np.zeros((N, C, L + 2 * padding), dtype=float if b is None else np.result_type(b, w))",
    ),
    says=("fractions, and a filter and its bias of integers",),
)
CASES.right(
    "conv1d",
    "windows in a padded array of floats",
    layer_with_windows("if C != channels or K > L + 2 * padding:", "np.zeros((N, C, L + 2 * padding))"),
)
