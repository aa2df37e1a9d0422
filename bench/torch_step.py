#!/usr/bin/env python3
"""The same step of the same networks in PyTorch, as little of it as will do: no autograd, in place, float32, one thread.

Prints lines like those of `bench`, for the shapes of its tables: a step with learning and one without. scripts/bench.sh
runs it where PyTorch is installed.

    bench/torch_step.py [--reduced]
"""
import sys
import time

import torch

SHAPES = [
    ([1, 1, 1], 100),
    ([2, 20, 20, 1], 1),
    ([2, 20, 20, 1], 100),
    ([40, 128, 128, 10], 1),
    ([40, 128, 128, 10], 32),
    ([512, 512, 512, 10], 1),
    ([512, 512, 512, 10], 32),
    ([1024, 1024, 1024, 1024, 10], 1),
]
DT, TAU_M, TAU_R, BETA, ETA = 0.01, 0.1, 0.05, 0.5, 1e-4


class Stack:
    """A layered network of tanh neurons, the last layer linear; B = W^T. Signals are (batch, neurons)."""

    def __init__(self, layers, batch):
        self.weights = [torch.full((n, m), 1 / m) for m, n in zip(layers, layers[1:])]
        self.bias = [torch.full((n,), 0.1) for n in layers[1:]]
        zeros = lambda: [torch.zeros(batch, n) for n in layers[1:]]
        self.u, self.v, self.r, self.slope, self.back = zeros(), zeros(), zeros(), zeros(), zeros()
        self.a = 1 - torch.exp(torch.tensor(-DT / TAU_M))
        self.b = 1 - torch.exp(torch.tensor(-DT / TAU_R))

    def step(self, inputs, targets, learns):
        """One step of SCIENCE.md 5: every layer sees the rates and errors of the step before."""
        senders = [inputs] + self.r[:-1]
        sums = [torch.addmm(b, x, w.t()) for b, x, w in zip(self.bias, senders, self.weights)]
        self.back[-1] = BETA * (targets - self.r[-1])
        errors = []
        for layer, s in enumerate(sums):
            epsilon = self.back[layer] * self.slope[layer]
            behind = epsilon - self.v[layer]
            errors.append(torch.add(self.v[layer], behind, alpha=float(self.b / self.a)))
            self.v[layer].add_(behind, alpha=float(self.b))
        for layer in range(1, len(sums)):
            self.back[layer - 1] = errors[layer] @ self.weights[layer]
        if learns:
            rate = ETA * DT / len(inputs)
            for w, b, x, e in zip(self.weights, self.bias, senders, errors):
                w.addmm_(e.t(), x, alpha=rate)
                b.add_(e.sum(0), alpha=rate)
        for layer, s in enumerate(sums):
            drive = s - self.u[layer]
            lookahead = torch.add(self.u[layer], drive, alpha=float(self.a / self.b))
            self.u[layer].add_(drive, alpha=float(self.a))
            if layer + 1 < len(sums):
                self.r[layer] = torch.tanh(lookahead)
                self.slope[layer] = torch.addcmul(torch.ones(()), self.r[layer], self.r[layer], value=-1)
            else:
                self.r[layer], self.slope[layer] = lookahead, torch.ones(())


def seconds_of_step(layers, batch, learns, budget):
    """The median over nine repetitions of the time of one step."""
    stack = Stack(layers, batch)
    inputs, targets = torch.full((batch, layers[0]), 0.3), torch.full((batch, layers[-1]), 0.2)
    times = []
    for _ in range(9 if budget else 1):
        steps, start = 0, time.thread_time()
        while steps == 0 or time.thread_time() - start < budget:
            stack.step(inputs, targets, learns)
            steps += 1
        times.append((time.thread_time() - start) / steps)
    return sorted(times)[len(times) // 2]


def main():
    torch.set_num_threads(1)
    budget = 0 if "--reduced" in sys.argv else 0.04
    print(f"PyTorch {torch.__version__}, the least code for the same step")
    for layers, batch in SHAPES:
        name = "-".join(map(str, layers)) + f" x {batch}"
        for learns in (False, True):
            seconds = seconds_of_step(layers, batch, learns, budget)
            what = name + (", learning" if learns else ", forward and errors")
            print(f"  {what:<52} {seconds * 1e6:>9.4g} us")


with torch.no_grad():
    main()
