// The options in the stage kinds' keys, and that a stage whose results change has another version.
using System.Text.Json;
using System.Text.Json.Nodes;
using Tlpipe.Engine.Options;
using Tlpipe.Engine.Store;
using Tlpipe.Stages;

namespace Tlpipe.Tests;

public sealed class IdentityTests
{
    /// <summary>Names of options in no key. Each is here because it cannot change the result, or because the key has what it resolves to.</summary>
    private static readonly string[] InNoKey =
    [
        "centroid-classify.allow_overlap",
        "centroid-classify.id_column",
        "centroid-classify.warn_overlap_above",
        "check-overlap.warn_above",
        "classify.allow_overlap",
        "classify.gradient_checkpointing",
        "classify.id_column",
        "classify.warn_overlap_above",
        "evaluate.per_device_eval_batch_size",
        "fetch-file.name",
        "fetch-file.sha256",
        "fetch-file.url",
        "fetch-model.if_missing",
        "fetch-model.revision",
        "mlm-finetune.allow_overlap",
        "mlm-finetune.gradient_checkpointing",
        "mlm-finetune.id_column",
        "mlm-finetune.warn_overlap_above",
        "read-table.if_missing",
        "tfidf-classify.allow_overlap",
        "tfidf-classify.id_column",
        "tfidf-classify.warn_overlap_above",
        "tune.n_splits",
        "tune.n_trials",
        "tune.seed",
        "tune.space",
        "tune.stage",
    ];

    /// <summary>Stages that only fetch something, so that their results are not their own work.</summary>
    private static readonly string[] WithoutGolden = ["fetch-file", "fetch-model"];

    [Fact]
    public void The_options_that_no_key_has_are_the_listed_ones() =>
        Assert.Equal(InNoKey, StageKinds.Catalog.Kinds.SelectMany(kind => ExecutionOnly(kind.Options, kind.Kind)).Order(StringComparer.Ordinal));

    /// <summary>
    /// The golden has each stage's version and results of a small run. If a stage gives another result under the same version, every store
    /// holds wrong results: raise the version, then write the golden again with TLPIPE_WRITE_GOLDENS=1.
    /// </summary>
    [Fact]
    [Trait(Tier.Name, Tier.All)]
    public void A_stage_that_gives_another_result_has_another_version()
    {
        using var experiment = new GoldenRun();
        var results = experiment.Results();
        if (Environment.GetEnvironmentVariable("TLPIPE_WRITE_GOLDENS") == "1")
            File.WriteAllText(GoldenRun.Path, results.ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n");

        var golden = JsonNode.Parse(File.ReadAllText(GoldenRun.Path))!.AsObject();

        Assert.Equal(golden.Select(g => g.Key).Order(), results.Select(r => r.Key).Order());
        Assert.All(golden, stage =>
        {
            var (was, isNow) = (stage.Value!.AsObject(), results[stage.Key]!.AsObject());
            Assert.True((int)was["version"]! == (int)isNow["version"]!, $"{stage.Key} has a new version: write the golden again with TLPIPE_WRITE_GOLDENS=1");
            Assert.True(JsonNode.DeepEquals(was["outputs"], isNow["outputs"]), $"{stage.Key} gives another result under the same version: raise it\n{isNow}");
            Assert.True((string?)was["key"] == (string?)isNow["key"], $"{stage.Key} has another key for the same work: mark a new option [AddedLater]\n{isNow}");
            AssertClose(was["values"]!.AsObject(), isNow["values"]!.AsObject(), stage.Key);
        });
    }

    [Fact]
    public void Every_stage_kind_has_a_golden()
    {
        var golden = JsonNode.Parse(File.ReadAllText(GoldenRun.Path))!.AsObject();

        var kinds = golden.Select(g => (string)g.Value!["stage"]!).Concat(WithoutGolden).Distinct();

        Assert.Empty(StageKinds.Catalog.Kinds.Select(k => k.Kind).Except(kinds));
    }

    // Sums of floats depend on the processor.
    private static void AssertClose(JsonObject was, JsonObject isNow, string stage)
    {
        Assert.Equal(was.Select(v => v.Key).Order(), isNow.Select(v => v.Key).Order());
        Assert.All(was, v => Assert.True(
            Math.Abs((double)v.Value! - (double)isNow[v.Key]!) <= 1e-5 * Math.Max(1, Math.Abs((double)v.Value!)), $"{stage} gives {v.Key} = {isNow[v.Key]} and not {v.Value} under the same version: raise it"));
    }

    private static IEnumerable<string> ExecutionOnly(OptionModel model, string prefix) => model.Options.SelectMany(option =>
        option.ExecutionOnly ? [$"{prefix}.{option.Name}"]
        : (option.Type.Record ?? option.Type.Element?.Record) is { } record ? ExecutionOnly(record, $"{prefix}.{option.Name}")
        : []);
}

/// <summary>A run of every stage kind on little data, whose results a golden keeps.</summary>
internal sealed class GoldenRun : IDisposable
{
    private static readonly string[] Floats = ["mlm-finetune", "classify", "evaluate", "predict", "score", "choose", "compare", "tfidf-classify", "majority-classify", "pseudo-label", "tune", "centroid-classify", "learning-curve"];
    private readonly TemporaryFolder folder = new();

    public GoldenRun()
    {
        Directory.CreateDirectory(folder["configs"]);
        File.Copy(TestFiles.Golden("stages", "golden.yaml"), folder["configs/golden.yaml"]);
        File.Copy(TestFiles.Golden("stages", "reviews.csv"), folder["reviews.csv"]);
    }

    public static string Path => TestFiles.Golden("stages", "results.json");

    /// <summary>For each stage its kind, version and key, the digests of its outputs, and for those that compute floats the figures they wrote.</summary>
    public JsonObject Results()
    {
        var ended = TlpipeProcess.Run(folder.Path, "run", "configs/golden.yaml");
        Assert.True(ended.ExitCode == 0, ended.Output + ended.Errors);
        var store = ResultStore.Open(folder[".tlpipe/store"]);
        var results = new JsonObject();
        foreach (var stage in Directory.GetDirectories(folder["outputs/golden"]).Order(StringComparer.Ordinal))
        {
            var marker = System.IO.Path.Combine(stage, ".tlpipe-view.json");
            if (!File.Exists(marker))
                continue;
            var result = store.Find((string)JsonNode.Parse(File.ReadAllText(marker))!["key"]!)!;
            results[System.IO.Path.GetFileName(stage)] = Described(result, stage);
        }
        return results;
    }

    public void Dispose() => folder.Dispose();

    private static JsonObject Described(StoredResult result, string folder)
    {
        var floats = Floats.Contains(result.Document.Stage);
        var values = new JsonObject();
        if (floats)
        {
            foreach (var file in Directory.EnumerateFiles(folder, "*.json", SearchOption.AllDirectories).Where(IsFigures).Order(StringComparer.Ordinal))
                Flatten(JsonNode.Parse(File.ReadAllText(file)), System.IO.Path.GetRelativePath(folder, file), values);
        }
        return new JsonObject
        {
            ["stage"] = result.Document.Stage,
            ["version"] = result.Document.Version,
            // A stage's floats depend on the processor, and so do the keys of the stages after it.
            ["key"] = result.Document.Inputs.Count == 0 || !floats ? result.Key : null,
            ["outputs"] = floats ? null : new JsonObject(result.Outputs.OrderBy(o => o.Key, StringComparer.Ordinal).Select(o => KeyValuePair.Create(o.Key, (JsonNode?)o.Value.Digest))),
            ["values"] = values,
        };
    }

    private static bool IsFigures(string path) =>
        System.IO.Path.GetFileName(path) is var name && !name.StartsWith('.') && name is not ("config.json" or "tokenizer.json" or "tokenizer_config.json" or "special_tokens_map.json" or "training_args.json");

    private static void Flatten(JsonNode? node, string name, JsonObject into)
    {
        if (node is JsonObject members)
        {
            foreach (var (key, member) in members.Where(m => !m.Key.Contains("runtime") && !m.Key.Contains("per_second")))
                Flatten(member, $"{name}/{key}", into);
        }
        else if (node is JsonArray items)
        {
            foreach (var (i, item) in items.Index())
                Flatten(item, $"{name}/{i}", into);
        }
        else if (node?.GetValueKind() == JsonValueKind.Number)
        {
            into[name] = (double)node;
        }
    }
}
