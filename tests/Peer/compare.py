"""Times tlpipe beside Hugging Face on the same rows, weights and machine, in turn, and writes a Markdown table.

  compare.py --tlpipe bin/tlpipe --shared ../shared [--only NAME …] [--runs 3] [--output table.md]

Needs the peer, Hugging Face's libraries, on PYTHONPATH (compare.sh unpacks it), and models and data in ../shared: neither is part of the repository. A ratio is of real tokens a second, padding not counted, of two runs one after the other;
the table has the median of the pairs, and the lowest and highest. For memory it is tlpipe's peak by the peer's.
The peer gets the settings of glibc's memory that tlpipe gives itself, which make it faster, too; --peer-memory default leaves them out (peaks are
always of the default, which gives back what is free).
"""
import argparse
import glob
import json
import os
import statistics
import subprocess
import sys

# As in src/Tlpipe/Hosting/ThisProgram.cs.
KEPT = {'GLIBC_TUNABLES': ':'.join('glibc.malloc.' + setting for setting in (
    'hugetlb=1', 'mmap_max=0', 'trim_threshold=1073741824', 'top_pad=67108864', 'tcache_max=32', 'mxfast=32'))}

WORK = {
    # name: what, shape, rows, options of tlpipe bench, options of hf.py, least ratio
    'classify-small': ('train the classifier, 4 × 256, batch 32', 'small-4x256', 'labelled', [], [], 4.0),
    'classify-small-sorted': ('the same, the peer with --group-by-length', 'small-4x256', 'labelled', [], ['--group-by-length'], None),
    'classify-small-bf16': ('the same, both in bf16', 'small-4x256', 'labelled', ['--dtype', 'bf16'], ['--bf16'], None),
    'classify-base': ('the same, BERT-base, 20 updates', 'bert-base', 'labelled', ['--max-steps', '20'], ['--max-steps', '20'], 2.8),
    'classify-base-bf16': ('the same, BERT-base, both in bf16, 6 updates', 'bert-base', 'labelled', ['--max-steps', '6', '--dtype', 'bf16'], ['--max-steps', '6', '--bf16'], None),
    'evaluate-small': ('evaluate, 4 × 256, the peer padded to the longest of 256', 'small-4x256', 'holdout', [], [], 5.5),
    'evaluate-small-slices': ('the same, the peer padded in slices of 1000', 'small-4x256', 'holdout', [], ['--pad', 'slices'], 7.0),
    'evaluate-small-bf16': ('the same, tlpipe in bf16, the peer padded to the longest', 'small-4x256', 'holdout', ['--dtype', 'bf16'], [], None),
    'evaluate-base': ('evaluate 512 reviews, BERT-base, the peer padded to the longest', 'bert-base', 'holdout', ['--limit', '512'], ['--limit', '512'], 5.0),
    'mlm-small': ('masked language model, 4 × 256, windows of 128, batch 32, 10 updates', 'small-4x256', 'windows.128', ['--max-steps', '10'], ['--max-steps', '10'], 2.0),
    'mlm-base': ('the same, BERT-base, 10 updates', 'bert-base', 'windows.128', ['--max-steps', '10'], ['--max-steps', '10'], 1.3),
    'memory-base': ('peak memory, BERT-base, windows of 512, batch 8 × 2', 'bert-base', 'windows.512', ['--batch-size', '8', '--accumulate', '2', '--max-steps', '2'], ['--batch', '8', '--accumulate', '2', '--max-steps', '2'], 0.6),
    'memory-base-checkpointing': ('the same, tlpipe with gradient checkpointing, the peer without', 'bert-base', 'windows.512', ['--batch-size', '8', '--accumulate', '2', '--max-steps', '2', '--gradient-checkpointing'], ['--batch', '8', '--accumulate', '2', '--max-steps', '2'], None),
}

CONFIG = """name: rows
root: ..
stages:
  base: { uses: fetch-model, with: { model: %(model)s } }
  reviews: { uses: read-table, with: { path: %(data)s } }
  labelled: { uses: select, with: { table: reviews, where: split == "train", sample: 600, random_state: 271828 } }
  holdout: { uses: select, with: { table: reviews, where: split != "train" } }
  tokens: { uses: tokenize, matrix: { rows: [labelled, holdout] }, with: { table: $(matrix.rows), tokenizer: base, truncation: true, max_length: 512 } }
  corpus: { uses: tokenize, with: { table: reviews, tokenizer: base, truncation: false } }
  windows: { uses: group-texts, matrix: { size: [128, 512] }, with: { tokens: corpus, chunk_size: $(matrix.size) } }
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--tlpipe', required=True)
    parser.add_argument('--shared', required=True)
    parser.add_argument('--work', required=True, help='where models and rows are put; what is there is used again')
    parser.add_argument('--only', nargs='*', choices=WORK, default=list(WORK))
    parser.add_argument('--runs', type=int, default=3)
    parser.add_argument('--updates', type=int, help="in place of a line's own number of updates, for a first look")
    parser.add_argument('--peer-memory', choices=['kept', 'default'], default='kept', help="glibc's settings for the peer")
    parser.add_argument('--output', help='the table; default: standard output')
    a = parser.parse_args()
    a.shared, a.work, a.tlpipe = (os.path.abspath(p) for p in (a.shared, a.work, a.tlpipe))
    prepare(a)
    lines = []
    for name in a.only:
        lines.append(compare(a, name))
        table = as_table(lines)
        if a.output:
            with open(a.output, 'w', encoding='utf-8') as file:
                file.write(table)
    print(as_table(lines), end='')


def prepare(a):
    """Models with the same weights for both, and the rows in both's forms."""
    import torch
    import transformers
    from safetensors.numpy import load_file
    transformers.logging.set_verbosity_error()
    for shape in ('small-4x256', 'bert-base'):
        folder = os.path.join(a.work, shape)
        if not os.path.exists(os.path.join(folder, 'model.safetensors')):
            source = os.path.join(a.shared, 'models', 'shapes', shape)
            torch.manual_seed(271828)
            transformers.BertForMaskedLM(transformers.BertConfig.from_json_file(os.path.join(source, 'config.json'))).save_pretrained(folder)
            with open(os.path.join(source, 'vocab.txt'), 'rb') as vocabulary, open(os.path.join(folder, 'vocab.txt'), 'wb') as copy:
                copy.write(vocabulary.read())
    os.makedirs(os.path.join(a.work, 'configs'), exist_ok=True)
    config = os.path.join(a.work, 'configs', 'rows.yaml')
    with open(config, 'w', encoding='utf-8') as file:
        file.write(CONFIG % {'model': 'small-4x256', 'data': os.path.join(a.shared, 'data', 'dataset_reviews.parquet')})
    subprocess.run([a.tlpipe, 'run', config], check=True, stdout=subprocess.DEVNULL)
    for name in ('labelled', 'holdout', 'windows.128', 'windows.512'):
        with open(os.path.join(a.work, name + '.jsonl'), 'w', encoding='utf-8') as out:
            for path in sorted(glob.glob(os.path.join(rows_of(a, name), 'tokens*.safetensors'))):
                part = load_file(path)
                ids, offsets, labels = part['input_ids'], part['row_offsets'], part.get('labels')
                for row in range(len(offsets) - 1):
                    line = {'input_ids': ids[offsets[row]:offsets[row + 1]].tolist()}
                    if labels is not None:
                        line['label'] = int(labels[row])
                    out.write(json.dumps(line) + '\n')


def rows_of(a, name):
    stage = name if name.startswith('windows') else 'tokens.' + name
    return os.path.join(a.work, 'outputs', 'rows', stage, stage.split('.')[0])


def compare(a, name):
    what, shape, rows, own, peer, least = WORK[name]
    if a.updates and '--max-steps' in own:
        own, peer = ([str(a.updates) if before == '--max-steps' else option for before, option in zip([''] + options, options)] for options in (own, peer))
        what += f' (here {a.updates})'
    task = 'evaluate' if name.startswith('evaluate') else 'classify' if name.startswith('classify') else 'mlm'
    model = os.path.join(a.work, shape)
    bench = [a.tlpipe, 'bench', task, '--model', model, '--rows', rows_of(a, rows), '--json', *own]
    other = [sys.executable, os.path.join(a.shared, 'peers', 'hf.py'), task, '--model', model, '--rows', os.path.join(a.work, rows + '.jsonl'), *peer]
    if task != 'evaluate' and '--batch' not in peer:
        other += ['--batch', '32']
    pairs = []
    for _ in range(a.runs):
        pairs.append((run(bench), run(other, {} if a.peer_memory == 'default' or name.startswith('memory') else KEPT)))
        print(f'{name}: {pairs[-1][0]["real_tokens_per_s"]:.0f} and {pairs[-1][1]["real_tokens_per_s"]:.0f} tokens/s, '
              f'{pairs[-1][0]["peak_rss_mb"]} and {pairs[-1][1]["peak_rss_mb"]} MB', file=sys.stderr, flush=True)
    key = 'peak_rss_mb' if name.startswith('memory') else 'real_tokens_per_s'
    ratios = sorted(mine[key] / theirs[key] for mine, theirs in pairs)
    if task == 'evaluate' and 'bf16' not in name:
        mine, theirs = pairs[0]
        if abs(mine['loss'] - theirs['eval_loss']) > 1e-5 or mine['accuracy'] != theirs['eval_accuracy']:
            raise SystemExit(f'{name}: the results differ: {mine["loss"]} and {theirs["eval_loss"]}, {mine["accuracy"]} and {theirs["eval_accuracy"]}')
    share = statistics.median(mine['flops_per_s'] / mine['matrix_flops_per_s'] for mine, _ in pairs)
    return (what, statistics.median(p[0][key] for p in pairs), statistics.median(p[1][key] for p in pairs), ratios, least, share)


def run(command, environment=None):
    done = subprocess.run(command, env={**os.environ, **(environment or {})}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        raise SystemExit(f'{" ".join(command)} ended with {done.returncode}: {done.stderr[-2000:]}')
    return json.loads(done.stdout.strip().split('\n')[-1])


def as_table(lines):
    out = '| work | tlpipe | Hugging Face | ratio | lowest to highest | asked | of the matrix speed |\n|---|---:|---:|---:|---|---:|---:|\n'
    for what, mine, theirs, ratios, least, share in lines:
        unit = 'MB' if 'memory' in what or 'checkpointing' in what else 'tokens/s'
        asked = '' if least is None else f'{least:g}'
        out += f'| {what} | {mine:,.0f} {unit} | {theirs:,.0f} {unit} | {statistics.median(ratios):.2f} | {ratios[0]:.2f} to {ratios[-1]:.2f} | {asked} | {share:.0%} |\n'
    return out


if __name__ == '__main__':
    main()
