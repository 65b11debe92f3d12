#!/usr/bin/env python3
"""The workloads of `gpu kernels` and `gpu steps` through PyTorch (cuSPARSE, cuBLAS) and PyG, one JSON line each.
usage: peers.py FOLDER cuda|cpu    FOLDER holds what `gpu export` and the runs of our side wrote; cpu: a dry run, small sizes only.
Sums, products and the loss and gradients of a step (without dropout) are compared with ours before they are timed; copies and dropout are not."""
import json, os, statistics, sys, time
import numpy as np
import torch

folder, dry = sys.argv[1], sys.argv[2] != 'cuda'
device = 'cpu' if dry else 'cuda'
if not dry and not torch.cuda.is_available():
    sys.exit('peers.py: this PyTorch sees no CUDA device')
GRAPHS = {'cora': (2708, [64, 1433], 140, 1433), 'arxiv': (169343, [64, 128], 90941, 128), 'products': (500000, [100], 40000, 100)}
PRODUCTS = [(169343, 128, 64), (169343, 64, 40), (2708, 1433, 16), (1024, 1024, 1024), (4096, 4096, 4096)]
if dry:
    GRAPHS = {'cora': GRAPHS['cora']}
    PRODUCTS = [(m, k, n) for m, k, n in PRODUCTS if m * k * n < 100_000_000]
SAMPLES, SAMPLE_SECONDS = 3 if dry else 15, 0.02
OWN_SCALE = 1e-3   # of the largest number of all parts: a part below it may be zero but for rounding
torch.backends.cuda.matmul.allow_tf32 = False


def wait():
    if device == 'cuda':
        torch.cuda.synchronize()


def median_ms(run):
    for _ in range(3):
        run()
    wait()
    start = time.perf_counter()
    run()
    wait()
    repeats = 1 + int(SAMPLE_SECONDS / max(1e-7, time.perf_counter() - start))
    samples = []
    for _ in range(SAMPLES):
        start = time.perf_counter()
        for _ in range(repeats):
            run()
        wait()
        samples.append(1e3 * (time.perf_counter() - start) / repeats)
    return statistics.median(samples)


def read(name, kind=np.float32):
    return torch.from_numpy(np.fromfile(os.path.join(folder, name), dtype=kind)).to(device)


def difference(name, parts):
    """The largest difference of two elements, relative to the largest number of their part; None where our side did not run."""
    path = os.path.join(folder, f'{name}.ours.f32')
    if not os.path.exists(path):
        return None
    theirs = [part.detach().cpu().numpy().reshape(-1) for part in parts]
    ours = np.fromfile(path, dtype=np.float32)
    if ours.size != sum(part.size for part in theirs):
        sys.exit(f'peers.py: {name}: we give {ours.size} numbers, they {sum(part.size for part in theirs)}')
    floor = max(1e-30, OWN_SCALE * max(float(np.abs(part).max()) for part in theirs))
    split = np.split(ours, np.cumsum([part.size for part in theirs])[:-1])
    return float(np.max([np.abs(x - y).max() / max(floor, np.abs(y).max()) for x, y in zip(split, theirs)]))   # np.max keeps a NaN


def report(workload, form, run, *parts, bytes=None, **more):
    error = difference(workload, parts) if parts else None
    ms = median_ms(run)
    if bytes:
        more['gbs'] = 1e-6 * bytes / ms
    print(json.dumps({'side': 'theirs', 'workload': workload, 'form': form, 'ms': ms, 'difference': error, 'device': device, **more}), flush=True)


def kernels():
    x = torch.ones(1 << (22 if dry else 26), device=device)
    y = torch.empty_like(x)
    report('copy', 'Tensor.copy_', lambda: y.copy_(x), bytes=8 * x.numel())
    for name, (nodes, widths, _, _) in GRAPHS.items():
        start, column = read(f'{name}.start.i32', np.int32), read(f'{name}.column.i32', np.int32)
        a = torch.sparse_csr_tensor(start, column, torch.ones(column.numel(), device=device), (nodes, nodes))
        row = torch.repeat_interleave(torch.arange(nodes, device=device), (start[1:] - start[:-1]).long())
        for width in widths:
            x = read(f'{name}.dense{width}.f32').view(nodes, width)
            report(f'spmm-{name}-{width}', 'sparse_csr mm', lambda: a @ x, a @ x)
            if column.numel() * width < 1 << 30:
                sums = lambda: torch.zeros_like(x).index_add_(0, row, x[column.long()])
                report(f'spmm-{name}-{width}', 'index_add', sums, sums())
    uniform = read('uniform.f32')   # every operand of a product begins with these
    for m, k, n in PRODUCTS:
        a, b = uniform[:m * k].view(m, k), uniform[:k * n].view(k, n)
        for tf32 in (False, True):
            torch.backends.cuda.matmul.allow_tf32 = tf32
            report(f'gemm-{m}x{k}x{n}' + ('-tf32' if tf32 else ''), 'mm', lambda: a @ b, a @ b)
    torch.backends.cuda.matmul.allow_tf32 = False
    if dry:
        return
    x = torch.rand(169343, 64, device=device)
    report('dropout-relu-arxiv-64', 'relu, dropout', lambda: torch.dropout(torch.relu(x), 0.5, True))


def steps():
    try:
        from torch_geometric.nn import GATConv, GCNConv, SAGEConv
    except ImportError:
        print('peers.py: no PyG here; no training steps to compare with', file=sys.stderr)
        return
    for name in [n for n in ('arxiv', 'cora') if n in GRAPHS]:
        nodes, _, training, features = GRAPHS[name]
        start, column = read(f'{name}.start.i32', np.int32), read(f'{name}.column.i32', np.int32)
        row = torch.repeat_interleave(torch.arange(nodes, device=device), (start[1:] - start[:-1]).long())
        edges = torch.stack([column.long(), row])
        x, label = read(f'{name}.x.f32').view(nodes, features), read(f'{name}.label.i32', np.int32).long()[:training]
        for model in ('gcn', 'sage', 'gat'):
            step(name, model, x, edges, label, features, {'gcn': GCNConv, 'sage': SAGEConv, 'gat': GATConv}[model])


def step(name, model, x, edges, label, features, conv):
    if model == 'gat':
        layers = torch.nn.ModuleDict({'conv1': conv(features, 16, heads=4), 'conv2': conv(64, 40, heads=1)})
    else:
        more = {'cached': True} if model == 'gcn' else {}   # our graph keeps its normalisation too
        layers = torch.nn.ModuleDict({'conv1': conv(features, 64, **more), 'conv2': conv(64, 40, **more)})
    layers = layers.to(device)
    with torch.no_grad():
        for path, parameter in layers.named_parameters():
            file = f'{name}.{model}.{path}.f32'
            if not os.path.exists(os.path.join(folder, file)):
                file = f'{name}.{model}.{path.replace(".lin.", ".lin_src.")}.f32'   # PyG renamed it
            parameter.copy_(read(file).view(parameter.shape))

    def loss(drop):
        h = torch.dropout(x, drop, True) if name == 'cora' and drop > 0 else x
        h = layers['conv1'](h, edges)
        h = torch.nn.functional.elu(h) if model == 'gat' else torch.relu(h)
        h = layers['conv2'](torch.dropout(h, drop, True) if drop > 0 else h, edges)
        return torch.nn.functional.cross_entropy(h[:label.numel()], label)

    value = loss(0.0)
    value.backward()
    ordered = sorted((path.replace('.lin.weight', '.lin_src.weight') if model == 'gat' else path, p) for path, p in layers.named_parameters())
    gradients = [p.grad.clone() for _, p in ordered]
    optimizer = torch.optim.AdamW(layers.parameters(), lr=0.01, weight_decay=5e-4, fused=device == 'cuda')

    def run():
        optimizer.zero_grad(set_to_none=True)
        loss(0.5).backward()
        optimizer.step()

    if device == 'cuda':
        torch.cuda.reset_peak_memory_stats()
    run()
    peak = torch.cuda.max_memory_allocated() / 1e6 if device == 'cuda' else None
    report(f'step-{name}-{model}', 'PyG', run, value, *gradients, peakMB=peak)


kernels()
steps()
