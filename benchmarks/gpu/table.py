#!/usr/bin/env python3
"""Prints our times beside the best of theirs. usage: table.py OURS.jsonl THEIRS.jsonl
Exit code 1 where our result differs from any form of theirs by more than 1e-4 of the largest number of its part, 2e-3 for TF32."""
import json, sys


def lines(path):
    return [json.loads(line) for line in open(path) if line.startswith('{')]


ours = {line['workload']: line for line in lines(sys.argv[1])}
theirs, apart = {}, []
for line in lines(sys.argv[2]):
    bar = 2e-3 if line['workload'].endswith('-tf32') else 1e-4
    if line['difference'] is not None and not line['difference'] <= bar:
        apart.append(f"{line['workload']}: our result is {line['difference']:.1e} apart from {line['form']}; {bar:.0e} is allowed")
    best = theirs.get(line['workload'])
    if best is None or line['ms'] < best['ms']:
        theirs[line['workload']] = line

copy = ours['copy']['gbs']
print(f'measured copy bandwidth {copy:.0f} GB/s (theirs {theirs["copy"]["gbs"]:.0f})\n')
print('| workload | ours ms | theirs ms | form | theirs / ours | of copy bandwidth | GFLOP/s | launches | largest difference |')
print('|---|---|---|---|---|---|---|---|---|')
for name, line in ours.items():
    peer = theirs.get(name)
    share = f"{line['gbs'] / copy:.0%}" if 'gbs' in line else ''
    difference = '' if peer is None or peer.get('difference') is None else f"{peer['difference']:.1e}"
    print(f"| {name} | {line['ms']:.4g} | {peer['ms']:.4g} | {peer['form']} | {peer['ms'] / line['ms']:.2f} " if peer else f"| {name} | {line['ms']:.4g} | | | ", end='')
    print(f"| {share} | {line.get('gflops', '')} | {line.get('launches', '')} | {difference} |")
if apart:
    sys.exit('\n'.join(apart))
