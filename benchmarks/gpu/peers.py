#!/usr/bin/env python3
"""The workloads of `gpu kernels` and `gpu steps` through PyTorch (cuSPARSE, cuBLAS) and PyG, one JSON line each.
usage: peers.py FOLDER cuda|cpu    FOLDER holds what `gpu export` and the runs of our side wrote. Results are compared before they are timed."""
import json, os, statistics, sys, time
import numpy as np
import torch

folder, device = sys.argv[1], 'cuda' if sys.argv[2] == 'cuda' and torch.cuda.is_available() else 'cpu'
GRAPHS = {'cora': (2708, [64, 1433], 140, 1433), 'arxiv': (169343, [64, 128], 90941, 128), 'products': (500000, [100], 40000, 100)}
SAMPLES, SAMPLE_SECONDS = 15, 0.02
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


def difference(name, result):
    path = os.path.join(folder, f'{name}.ours.f32')
    if not os.path.exists(path):
        return None
    ours = np.fromfile(path, dtype=np.float32)
    theirs = result.detach().cpu().numpy().reshape(-1)
    return float(np.abs(ours - theirs).max() / max(1e-30, np.abs(theirs).max()))


def report(workload, form, run, name=None, result=None, **more):
    error = difference(name or workload, result) if result is not None else None
    print(json.dumps({'side': 'theirs', 'workload': workload, 'form': form, 'ms': median_ms(run), 'difference': error, 'device': device, **more}), flush=True)


def kernels():
    x = torch.ones(1 << 26, device=device)
    y = torch.empty_like(x)
    report('copy', 'Tensor.copy_', lambda: y.copy_(x))
    for name, (nodes, widths, _, _) in GRAPHS.items():
        start, column = read(f'{name}.start.i32', np.int32), read(f'{name}.column.i32', np.int32)
        a = torch.sparse_csr_tensor(start, column, torch.ones(column.numel(), device=device), (nodes, nodes))
        row = torch.repeat_interleave(torch.arange(nodes, device=device), (start[1:] - start[:-1]).long())
        for width in widths:
            x = read(f'{name}.dense{width}.f32').view(nodes, width)
            report(f'spmm-{name}-{width}', 'sparse_csr mm', lambda: a @ x, result=a @ x)
            if column.numel() * width < 1 << 30:
                sums = lambda: torch.zeros_like(x).index_add_(0, row, x[column.long()])
                report(f'spmm-{name}-{width}', 'index_add', sums, result=sums())
    for m, k, n in [(169343, 128, 64), (169343, 64, 40), (2708, 1433, 16), (1024, 1024, 1024), (4096, 4096, 4096)]:
        a, b = torch.rand(m, k, device=device), torch.rand(k, n, device=device)
        for tf32 in (False, True):
            torch.backends.cuda.matmul.allow_tf32 = tf32
            report(f'gemm-{m}x{k}x{n}' + ('-tf32' if tf32 else ''), 'mm', lambda: a @ b)
    torch.backends.cuda.matmul.allow_tf32 = False
    x = torch.rand(169343, 64, device=device)
    report('dropout-relu-arxiv-64', 'relu, dropout', lambda: torch.dropout(torch.relu(x), 0.5, True))


def steps():
    try:
        from torch_geometric.nn import GATConv, GCNConv, SAGEConv
    except ImportError:
        print('peers.py: no PyG here; no training steps to compare with', file=sys.stderr)
        return
    for name in ('arxiv', 'cora'):
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
        layers = torch.nn.ModuleDict({'conv1': conv(features, 64), 'conv2': conv(64, 40)})
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
    gradients = torch.cat([value.detach().view(1)] + [p.grad.reshape(-1) for _, p in ordered])
    optimizer = torch.optim.AdamW(layers.parameters(), lr=0.01, weight_decay=5e-4, fused=device == 'cuda')

    def run():
        optimizer.zero_grad(set_to_none=True)
        loss(0.5).backward()
        optimizer.step()

    if device == 'cuda':
        torch.cuda.reset_peak_memory_stats()
    run()
    peak = torch.cuda.max_memory_allocated() / 1e6 if device == 'cuda' else None
    report(f'step-{name}-{model}', 'PyG', run, result=gradients, peakMB=peak)


kernels()
steps()
