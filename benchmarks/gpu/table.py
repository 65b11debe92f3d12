#!/usr/bin/env python3
"""Prints our times beside the best of theirs. usage: table.py OURS.jsonl THEIRS.jsonl"""
import json, sys


def lines(path):
    return [json.loads(line) for line in open(path) if line.startswith('{')]


ours = {line['workload']: line for line in lines(sys.argv[1])}
theirs = {}
for line in lines(sys.argv[2]):
    best = theirs.get(line['workload'])
    if best is None or line['ms'] < best['ms']:
        theirs[line['workload']] = line

copy = ours['copy']['gbs']
print(f'measured copy bandwidth {copy:.0f} GB/s (theirs {8e-6 * (1 << 26) / theirs["copy"]["ms"]:.0f})\n')
print('| workload | ours ms | theirs ms | form | theirs / ours | of copy bandwidth | GFLOP/s | launches | largest difference |')
print('|---|---|---|---|---|---|---|---|---|')
for name, line in ours.items():
    peer = theirs.get(name)
    share = f"{line['gbs'] / copy:.0%}" if 'gbs' in line else ''
    difference = '' if peer is None or peer.get('difference') is None else f"{peer['difference']:.1e}"
    print(f"| {name} | {line['ms']:.4g} | {peer['ms']:.4g} | {peer['form']} | {peer['ms'] / line['ms']:.2f} " if peer else f"| {name} | {line['ms']:.4g} | | | ", end='')
    print(f"| {share} | {line.get('gflops', '')} | {line.get('launches', '')} | {difference} |")
