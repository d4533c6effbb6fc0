"""What tests/Interop/run.sh checks, each check a line with what was measured; the exit code is the number of failures, at most 100."""

import argparse
import json
import logging
import os
import shutil
import subprocess
import sys
import warnings

import numpy
import safetensors.torch
import torch
import transformers
from transformers import AutoModel, AutoModelForMaskedLM, AutoModelForSequenceClassification, AutoTokenizer, BertForPreTraining, pipeline

MODELS = {
    "tiny-mlm": AutoModelForMaskedLM,
    "tiny-classifier": AutoModelForSequenceClassification,
    "odd-classifier": AutoModelForSequenceClassification,
    "tiny-pretraining": BertForPreTraining,
}
TEXTS = ["muito bom, recomendo", "não gostei do produto", "_##_ nao recebi", "", "A 1/2 R$ 59,90 👍🏽", "bom " * 90, "[MASK] [SEP] x", "İstanbul Ação\u0301"]
failures = 0


def check(name, holds, measured=""):
    global failures
    failures += not holds
    print(f"{'ok  ' if holds else 'FAIL'} {name}{': ' if measured else ''}{measured}", flush=True)


def run(*arguments, folder=None):
    done = subprocess.run([options.tlpipe, *arguments], cwd=folder, capture_output=True, text=True)
    if done.returncode != 0:
        print(done.stdout + done.stderr, file=sys.stderr)
    return done


class Heard(logging.Handler):
    """The warnings that transformers logs or raises while something is loaded."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.messages = []

    def emit(self, record):
        self.messages.append(record.getMessage())

    def __enter__(self):
        root = logging.getLogger("transformers")
        root.addHandler(self)
        self.caught = warnings.catch_warnings(record=True)
        self.raised = self.caught.__enter__()
        warnings.simplefilter("always")
        return self

    def __exit__(self, *_):
        logging.getLogger("transformers").removeHandler(self)
        self.messages += [str(w.message) for w in self.raised]
        self.caught.__exit__(None, None, None)


def folder_of(name, *parts):
    return os.path.join(options.work, name, *parts)


def copy_beside(model, folder):
    os.makedirs(folder)
    for name in os.listdir(os.path.join(options.goldens, "model", model)):
        if not name.startswith(("model.", "pytorch_model")):
            shutil.copyfile(os.path.join(options.goldens, "model", model, name), os.path.join(folder, name))


def split(state, folder, write, pattern, index):
    """Two files and their index, by hand: save_pretrained makes no small ones."""
    names = list(state)
    halves = names[: len(names) // 2], names[len(names) // 2 :]
    for i, half in enumerate(halves):
        write({n: state[n] for n in half}, os.path.join(folder, pattern % (i + 1)))
    with open(os.path.join(folder, index), "w") as file:
        json.dump({"metadata": {}, "weight_map": {n: pattern % (i + 1) for i, half in enumerate(halves) for n in half}}, file)


def old_names(state):
    return {n.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta"): t for n, t in state.items()}


def strided(state):
    """The same values, with the elements of every matrix column by column."""
    return {n: t.t().contiguous().t() if t.dim() == 2 else t for n, t in state.items()}


def offset(state):
    """The same values, all in one storage."""
    whole = torch.cat([t.reshape(-1) for t in state.values()])
    views, start = {}, 0
    for n, t in state.items():
        views[n] = whole[start : start + t.numel()].view(t.shape)
        start += t.numel()
    return views


def containers(state):
    unshared = {n: t.clone().contiguous() for n, t in state.items() if n not in ("cls.predictions.decoder.weight", "cls.predictions.decoder.bias")}
    save_old = lambda s, f: torch.save(s, f, _use_new_zipfile_serialization=False)
    save_safe = lambda s, f: safetensors.torch.save_file(s, f, metadata={"format": "pt"})
    bare = {n.removeprefix("bert."): t for n, t in unshared.items()}
    bin_file = "pytorch_model.bin"
    return {
        "safetensors": lambda d: save_safe(unshared, os.path.join(d, "model.safetensors")),
        "sharded safetensors": lambda d: split(unshared, d, save_safe, "model-%05d-of-00002.safetensors", "model.safetensors.index.json"),
        "zip": lambda d: torch.save(state, os.path.join(d, bin_file)),
        "sharded zip": lambda d: split(state, d, torch.save, "pytorch_model-%05d-of-00002.bin", "pytorch_model.bin.index.json"),
        "legacy": lambda d: save_old(state, os.path.join(d, bin_file)),
        "legacy, gamma and beta": lambda d: save_old(old_names(state), os.path.join(d, bin_file)),
        "zip, no prefix": lambda d: torch.save(bare, os.path.join(d, bin_file)),
        "zip, strided": lambda d: torch.save(strided(unshared), os.path.join(d, bin_file)),
        "legacy, strided": lambda d: save_old(strided(unshared), os.path.join(d, bin_file)),
        "zip, one storage": lambda d: torch.save(offset(unshared), os.path.join(d, bin_file)),
        "legacy, one storage": lambda d: save_old(offset(unshared), os.path.join(d, bin_file)),
        "zip, parameters": lambda d: torch.save({n: torch.nn.Parameter(t) for n, t in unshared.items()}, os.path.join(d, bin_file)),
        **{f"{form}, {t}": (lambda d, t=t, save=save: save({n: x.to(t) for n, x in unshared.items()}, os.path.join(d, bin_file if form != "safetensors" else "model.safetensors")))
           for t in (torch.float16, torch.bfloat16, torch.float64) for form, save in (("zip", torch.save), ("legacy", save_old))},
        **{f"safetensors, {t}": (lambda d, t=t: save_safe({n: x.to(t) for n, x in unshared.items()}, os.path.join(d, "model.safetensors")))
           for t in (torch.float16, torch.bfloat16, torch.float64)},
    }


def check_containers():
    for name, kind in MODELS.items():
        model = kind.from_pretrained(os.path.join(options.goldens, "model", name))
        state = model.state_dict()
        own = {n for n, _ in model.named_parameters()}
        wrong, count = [], 0
        for form, write in containers(state).items():
            source, target = folder_of(f"{name} {form}"), folder_of(f"{name} {form} out")
            copy_beside(name, source)
            write(source)
            count += 1
            if run("export", source, "-o", target).returncode != 0:
                wrong.append(form)
                continue
            kept = next((t for t in (torch.float16, torch.bfloat16) if form.endswith(str(t))), torch.float32)
            expected = {n: t.detach().clone().to(kept).float() for n, t in state.items() if n in own}
            safetensors.torch.save_file(expected, folder_of("expected.safetensors"), metadata={"format": "pt"})
            if open(folder_of("expected.safetensors"), "rb").read() != open(os.path.join(target, "model.safetensors"), "rb").read():
                wrong.append(form)
            shutil.rmtree(source)
            shutil.rmtree(target)
        check(f"{name} out of every container, byte for byte what safetensors writes", not wrong, f"{count} containers" if not wrong else ", ".join(wrong))


def check_tokenizers():
    tiny = os.path.join(options.goldens, "model", "tiny-mlm")

    def whole(folder):
        shutil.copytree(tiny, folder, ignore=shutil.ignore_patterns("*.safetensors"))

    def edit(folder, name, change):
        path = os.path.join(folder, name)
        os.chmod(path, 0o644)
        content = json.load(open(path))
        change(content)
        json.dump(content, open(path, "w"))

    def with_added(folder):
        tokenizer = AutoTokenizer.from_pretrained(tiny)
        tokenizer.add_tokens(["<preço>", "frete"])
        tokenizer.add_special_tokens({"additional_special_tokens": ["<loja>"]})
        tokenizer.save_pretrained(folder)

    def without(folder, *names):
        whole(folder)
        for name in names:
            os.remove(os.path.join(folder, name))

    def uncased(folder):
        AutoTokenizer.from_pretrained(tiny, do_lower_case=True, strip_accents=True).save_pretrained(folder)

    def no_case(folder):
        whole(folder)
        edit(folder, "tokenizer_config.json", lambda c: c.pop("do_lower_case"))

    def old_added(folder):
        without(folder, "tokenizer.json")
        edit(folder, "tokenizer_config.json", lambda c: c.pop("added_tokens_decoder"))
        json.dump({"<preço>": 360}, open(os.path.join(folder, "added_tokens.json"), "w"))

    kinds = {
        "as saved": whole,
        "with added tokens": with_added,
        "lower-casing": uncased,
        "without tokenizer.json": lambda f: without(f, "tokenizer.json"),
        "vocab.txt alone": lambda f: without(f, "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json"),
        "without vocab.txt": lambda f: without(f, "vocab.txt"),
        "without do_lower_case": no_case,
        "added_tokens.json": old_added,
    }
    texts = TEXTS + ["<preço> do frete<loja>", "FRETE <PREÇO>"] + [json.loads(line)["text"] for line in open(os.path.join(options.goldens, "tokenizer", "tiny.jsonl"), encoding="utf-8")]
    with open(folder_of("texts.jsonl"), "w", encoding="utf-8") as file:
        file.writelines(json.dumps({"text": t}) + "\n" for t in texts)
    for kind, make in kinds.items():
        source, target = folder_of(f"tokenizer {kind}"), folder_of(f"tokenizer {kind} out")
        make(source)
        for name in ("config.json", "model.safetensors"):
            shutil.copyfile(os.path.join(tiny, name), os.path.join(source, name))
        theirs = AutoTokenizer.from_pretrained(source)
        expected = [theirs(t)["input_ids"] for t in texts]
        run("tokenize", "--tokenizer", source, "--input", folder_of("texts.jsonl"), "--output", folder_of("ids.jsonl"))
        ours = [json.loads(line)["ids"] for line in open(folder_of("ids.jsonl"), encoding="utf-8")]
        exported = run("export", source, "-o", target).returncode == 0
        again = [AutoTokenizer.from_pretrained(target)(t)["input_ids"] for t in texts] if exported else None
        check(f"tokenizer {kind}: ids of {len(texts)} texts, ours and of what we export", ours == expected and again == expected,
              f"{sum(a != b for a, b in zip(ours, expected))} and {sum(a != b for a, b in zip(again or [], expected))} differ")


PIPELINE = """
name: interop
root: ..
stages:
  base:      {{ uses: fetch-model, with: {{ model: {model} }} }}
  rows:      {{ uses: read-table, with: {{ path: {texts} }} }}
  few:       {{ uses: select, with: {{ table: rows, sample: 48, random_state: 1 }} }}
  tokens:    {{ uses: tokenize, with: {{ table: few, tokenizer: base, truncation: true, max_length: 64 }} }}
  plain:     {{ uses: tokenize, with: {{ table: few, tokenizer: base }} }}
  windows:   {{ uses: group-texts, with: {{ tokens: plain, chunk_size: 32 }} }}
  domain:    {{ uses: mlm-finetune, with: {{ model: base, train: windows, eval: windows, num_train_epochs: 2, per_device_train_batch_size: 8, allow_overlap: text }} }}
  shop:      {{ uses: classify, with: {{ model: domain, train: tokens, eval: tokens, num_train_epochs: 2, per_device_train_batch_size: 8, allow_overlap: rows }} }}
  figure:    {{ uses: classify, with: {{ model: domain, num_labels: 1, problem_type: regression, train: tokens, eval: tokens, num_train_epochs: 1, allow_overlap: rows }} }}
  scores:    {{ uses: evaluate, matrix: {{ model: [shop, figure] }}, with: {{ model: $(matrix.model), data: tokens }} }}
runtime: {{ device: cpu, threads: 2 }}
"""


def logits_in_python(folder, rows, kind=AutoModelForSequenceClassification):
    model = kind.from_pretrained(folder).eval()
    with torch.no_grad():
        return torch.cat([model(input_ids=torch.tensor([row])).logits for row in rows])


def check_models():
    home = folder_of("pipeline")
    os.makedirs(os.path.join(home, "configs"))
    with open(os.path.join(home, "configs", "interop.yaml"), "w") as file:
        file.write(PIPELINE.format(model=os.path.join(options.goldens, "model", "tiny-pretraining"), texts=os.path.join(options.goldens, "trainer", "texts.parquet")))
    check("a pipeline on a folder that Python wrote runs", run("run", "configs/interop.yaml", folder=home).returncode == 0)
    outputs = os.path.join(home, "outputs", "interop")
    with safetensors.safe_open(os.path.join(outputs, "tokens", "tokens", shard_of(outputs)), "np") as file:
        ids, starts = file.get_tensor("input_ids"), file.get_tensor("row_offsets")
    rows = [ids[a:b].tolist() for a, b in zip(starts, starts[1:])]

    for stage in ("shop", "figure"):
        ours = safetensors.torch.load_file(os.path.join(outputs, f"scores.{stage}", "predictions", "predictions.safetensors"))["logits"]
        theirs = logits_in_python(os.path.join(outputs, stage, "model"), rows)
        worst = (ours - theirs).abs().max().item()
        check(f"{stage}: a model that tlpipe trained gives its logits in transformers", worst <= 1e-5, f"{len(rows)} rows, {worst:.1e} at most")
    check_words(os.path.join(outputs, "domain", "model"), "a language model that tlpipe trained gives its log-probabilities in transformers")
    check_words(os.path.join(options.goldens, "model", "tiny-pretraining"), "a language model that Python wrote gives its log-probabilities in tlpipe")
    for name in ("tiny-classifier", "odd-classifier"):
        check_classes(os.path.join(options.goldens, "model", name), f"{name}: a classifier that Python wrote gives its log-probabilities in tlpipe")

    theirs = warnings_of(os.path.join(options.goldens, "model", "tiny-classifier"), "text-classification", AutoModelForSequenceClassification)
    for stage, task, kind in (("shop", "text-classification", AutoModelForSequenceClassification), ("figure", "text-classification", AutoModelForSequenceClassification), ("domain", "fill-mask", AutoModelForMaskedLM)):
        ours = warnings_of(os.path.join(outputs, stage, "model"), task, kind)
        check(f"{stage}: {kind.__name__}, AutoTokenizer and pipeline('{task}') load it without a warning of ours", set(ours) <= set(theirs), "; ".join(set(ours) - set(theirs)) or f"{len(ours)} warnings")


def shard_of(outputs):
    return next(name for name in sorted(os.listdir(os.path.join(outputs, "tokens", "tokens"))) if name.endswith(".safetensors"))


def check_words(folder, name):
    text = "muito bom, [MASK] o produto"
    ours = json.loads(run("fill-mask", folder, "--text", text, "--top-k", "100000").stdout)["predictions"]
    tokenizer = AutoTokenizer.from_pretrained(folder)
    encoded = tokenizer(text, return_tensors="pt")
    with torch.no_grad():
        logits = AutoModelForMaskedLM.from_pretrained(folder).eval()(**encoded).logits[0]
    theirs = logits[encoded["input_ids"][0] == tokenizer.mask_token_id][0].log_softmax(-1)
    worst = max(abs(numpy.log(o["score"]) - theirs[o["token"]].item()) for o in ours)
    check(name, len(ours) == len(theirs) and worst <= 1e-5, f"{len(ours)} words, {worst:.1e} at most")


def check_classes(folder, name):
    texts = [t for t in TEXTS if t]
    path = folder_of("classes.jsonl")
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(json.dumps({"text": t}) + "\n" for t in texts)
    ours = [json.loads(line)["probabilities"] for line in run("predict", folder, "-i", path).stdout.splitlines()]
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForSequenceClassification.from_pretrained(folder)
    rows = [tokenizer(t, truncation=True, max_length=model.config.max_position_embeddings)["input_ids"] for t in texts]
    theirs = logits_in_python(folder, rows).log_softmax(-1)
    worst = max(abs(numpy.log(o[label]) - theirs[i][model.config.label2id[label]].item()) for i, o in enumerate(ours) for label in o)
    check(name, worst <= 1e-5, f"{len(texts)} texts, {worst:.1e} at most")


def warnings_of(folder, task, kind):
    with Heard() as heard:
        kind.from_pretrained(folder)
        AutoTokenizer.from_pretrained(folder)
        pipeline(task, model=folder)("muito bom [MASK]")
    return heard.messages


def check_hostile():
    """Each file as a model's weights: refused in one line, and no program is started where that can be watched."""
    hostile = os.path.join(options.goldens, "hostile")
    watched = shutil.which("strace")
    names = sorted(n for n in os.listdir(hostile) if not n.endswith(".json"))
    wrong = []
    for name in names:
        folder = folder_of(f"hostile {name}")
        os.makedirs(folder)
        shutil.copyfile(os.path.join(options.goldens, "model", "tiny-mlm", "config.json"), os.path.join(folder, "config.json"))
        shutil.copyfile(os.path.join(hostile, name), os.path.join(folder, "model.safetensors" if name.endswith(".safetensors") else "pytorch_model.bin"))
        trace = folder_of("trace")
        before = sorted(os.listdir(folder))
        watch = [watched, "-f", "-e", "trace=execve", "-o", trace] if watched else []
        done = subprocess.run([*watch, options.tlpipe, "export", folder, "-o", folder_of("never")], cwd=folder, capture_output=True, text=True, env={**os.environ, "SECRET": "not to be seen"})
        started = sum("execve(" in line and "= 0" in line for line in open(trace)) if watched else 1
        lines = done.stderr.splitlines()
        if done.returncode != 2 or len(lines) != 1 or folder not in lines[0] or started != 1 or "not to be seen" in done.stderr or sorted(os.listdir(folder)) != before or os.path.exists(folder_of("never")):
            wrong.append(f"{name} ({done.returncode}, {started} programs, {done.stderr.strip()[:200]})")
    check(f"{len(names)} hostile files are refused in one line{', and no program is started' if watched else ''}", not wrong, "; ".join(wrong))


def check_exports():
    """Narrower numbers, several files, the body alone: as Python reads them."""
    source = os.path.join(options.goldens, "model", "tiny-classifier")
    model = AutoModelForSequenceClassification.from_pretrained(source)
    for dtype in ("float16", "bfloat16"):
        target = folder_of(f"export {dtype}")
        run("export", source, "-o", target, "--dtype", dtype, "--max-shard-size", "50KB")
        again = AutoModelForSequenceClassification.from_pretrained(target, dtype="auto")
        same = all(torch.equal(a.to(getattr(torch, dtype)), b) for a, b in zip(model.state_dict().values(), again.state_dict().values()))
        check(f"{dtype} in {sum(n.endswith('.safetensors') for n in os.listdir(target))} files: rounded as torch rounds", same and again.dtype == getattr(torch, dtype))
    target = folder_of("export body")
    run("export", source, "-o", target, "--as", "BertModel")
    with Heard() as heard:
        body = AutoModel.from_pretrained(target)
    check("the body alone loads as AutoModel", all(torch.equal(a, b) for a, b in zip(model.bert.state_dict().values(), body.state_dict().values())) and not heard.messages, "; ".join(heard.messages))


parser = argparse.ArgumentParser()
for name in ("--tlpipe", "--goldens", "--work"):
    parser.add_argument(name, required=True, type=os.path.abspath)
options = parser.parse_args()
transformers.logging.set_verbosity_warning()
transformers.logging.disable_default_handler()
transformers.logging.disable_progress_bar()
print(f"transformers {transformers.__version__}, tokenizers {__import__('tokenizers').__version__}, torch {torch.__version__}, safetensors {safetensors.__version__}")
for step in (check_containers, check_tokenizers, check_models, check_exports, check_hostile):
    step()
sys.exit(min(failures, 100))
