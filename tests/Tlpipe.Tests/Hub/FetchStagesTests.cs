// fetch-model and fetch-file as a user meets them: whole processes against a hub on this machine.
using System.Text.Json.Nodes;

namespace Tlpipe.Tests.Hub;

[Trait(Tier.Name, Tier.All)]
public sealed class FetchStagesTests
{
    private const string Config = """
        name: tiny
        root: ..
        stages:
          base: { uses: fetch-model, with: { model: acme/tiny-bert } }
        runtime: { device: cpu }
        """;

    [Fact]
    public void A_model_is_planned_with_its_size_fetched_by_the_run_and_then_nothing_is_asked_any_more()
    {
        using var hub = FakeHub.WithTinyModel();
        using var experiment = new TinyExperiment();
        experiment.Write(Config);

        var planned = Tlpipe(experiment, hub, "plan");
        var run = Tlpipe(experiment, hub, "run");
        hub.Requests.Clear();
        var again = Tlpipe(experiment, hub, "run");
        Directory.Delete(experiment["hf"], recursive: true);
        var fromStore = Tlpipe(experiment, hub, "run");
        var plannedAgain = Tlpipe(experiment, hub, "plan");

        Assert.Contains("fetches 134 kB from 127.0.0.1, commit 0123456789ab", Assert.Single(planned.Lines, line => line.StartsWith("  base", StringComparison.Ordinal)));
        Assert.Equal(["base"], run.Stages("done"));
        Assert.Equal(["base"], again.Stages("reused"));
        Assert.Equal(["base"], fromStore.Stages("reused"));
        Assert.Contains("1 of them in the store", plannedAgain.Output);
        Assert.Empty(hub.Requests);
        Assert.Equal(hub.Files["model.safetensors"], File.ReadAllBytes(experiment["outputs", "tiny", "base", "model", "model.safetensors"]));
        var locked = JsonNode.Parse(File.ReadAllText(experiment["configs", "tiny.lock"]))!["models"]!["acme/tiny-bert@main"]!;
        Assert.Equal(FakeHub.FirstCommit, locked["commit"]!.ToString());
    }

    [Fact]
    public void The_same_files_named_by_folder_are_the_same_result()
    {
        using var hub = FakeHub.WithTinyModel();
        using var experiment = new TinyExperiment();
        experiment.Write(Config);
        Tlpipe(experiment, hub, "run");
        var folder = experiment["hf", "hub", "models--acme--tiny-bert", "snapshots", FakeHub.FirstCommit];

        var bySnapshot = Tlpipe(experiment, hub, "run", "-p", $"base.model={folder}");
        var byFolder = Tlpipe(experiment, hub, "run", "-p", $"base.model={TestFiles.Golden("model", "tiny-mlm")}");

        Assert.Equal(["base"], bySnapshot.Stages("reused"));
        Assert.Equal(["base"], byFolder.Stages("reused"));
    }

    [Fact]
    public void A_run_killed_while_it_downloads_goes_on_where_it_was()
    {
        using var hub = FakeHub.WithTinyModel();
        using var experiment = new TinyExperiment();
        experiment.Write(Config);
        // Larger than what the server and the system keep on the way, so that the process has some of it and not all.
        var weights = hub.Files["model.safetensors"];
        Tlpipe(experiment, hub, "plan");
        var half = new TaskCompletionSource();
        hub.Fault = async (asked, context) =>
        {
            if (asked.Server != "storage")
                return false;
            context.Response.ContentLength = weights.Length;
            await context.Response.Body.WriteAsync(weights.AsMemory(0, 70_000));
            await context.Response.Body.FlushAsync();
            half.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted).ContinueWith(_ => { });
            return true;
        };
        var partial = experiment["hf", "hub", "models--acme--tiny-bert", "blobs", FakeHub.Sha256(weights) + ".incomplete"];

        var killed = TlpipeProcess.RunUntilKilledWhen(
            experiment.Folder, () => half.Task.IsCompleted && File.Exists(partial) && new FileInfo(partial).Length == 70_000, Variables(experiment, hub), "run", TinyExperiment.ConfigPath);
        var kept = new FileInfo(partial).Length;
        hub.Fault = (_, _) => Task.FromResult(false);
        var resumed = Tlpipe(experiment, hub, "run");

        Assert.True(killed);
        Assert.Equal(70_000, kept);
        Assert.Equal(["base"], resumed.Stages("done"));
        Assert.Equal("bytes=70000-", hub.Gets("storage").Last().Range);
        Assert.Equal(weights, File.ReadAllBytes(experiment["outputs", "tiny", "base", "model", "model.safetensors"]));
    }

    [Fact]
    public void A_token_is_in_nothing_that_a_run_prints_or_writes()
    {
        using var hub = FakeHub.WithTinyModel();
        hub.Token = "hf_very_secret";
        using var experiment = new TinyExperiment();
        experiment.Write(Config);
        var variables = Variables(experiment, hub);
        variables["HF_TOKEN"] = hub.Token;

        var run = TlpipeProcess.Run(experiment.Folder, variables, "run", TinyExperiment.ConfigPath);

        Assert.True(run.ExitCode == 0, run.Output + run.Errors);
        Assert.DoesNotContain("secret", run.Output + run.Errors);
        Assert.All(
            Directory.EnumerateFiles(experiment.Folder, "*", SearchOption.AllDirectories),
            path => Assert.DoesNotContain("secret", File.ReadAllText(path)));
    }

    [Fact]
    public void Weights_that_a_disk_has_damaged_are_fetched_again()
    {
        using var hub = FakeHub.WithTinyModel();
        using var experiment = new TinyExperiment();
        experiment.Write(Config);
        Tlpipe(experiment, hub, "run", "--store", experiment["first"]);
        var blob = experiment["hf", "hub", "models--acme--tiny-bert", "blobs", FakeHub.Sha256(hub.Files["model.safetensors"])];
        var damaged = File.ReadAllBytes(blob);
        damaged[^1] ^= 1;
        File.WriteAllBytes(blob, damaged);

        var run = Tlpipe(experiment, hub, "run", "--store", experiment["second"]);

        Assert.Equal(["base"], run.Stages("done"));
        Assert.Contains("it is fetched again", run.Output);
        Assert.Equal(hub.Files["model.safetensors"], File.ReadAllBytes(blob));
        Assert.Equal(hub.Files["model.safetensors"], File.ReadAllBytes(experiment["outputs", "tiny", "base", "model", "model.safetensors"]));
    }

    [Fact]
    public void Offline_without_a_cache_is_one_line_at_the_models_place_with_exit_code_2()
    {
        using var hub = FakeHub.WithTinyModel();
        using var experiment = new TinyExperiment();
        experiment.Write(Config);

        var run = Tlpipe(experiment, hub, "run", "--offline");
        var plan = Tlpipe(experiment, hub, "plan", "--offline");

        Assert.Equal((2, 2), (run.ExitCode, plan.ExitCode));
        Assert.Matches(@"^configs/tiny\.yaml:4:\d+: error TL0454: stage 'base': acme/tiny-bert is not in the cache .*run once with network", Assert.Single(run.ErrorLines));
        Assert.Equal(run.ErrorLines, plan.ErrorLines);
        Assert.Contains("BLOCKED", plan.Output);
        Assert.Empty(hub.Requests);
    }

    [Theory]
    [InlineData("{ \"commit\": \"../..\", \"files\": {} }")]
    [InlineData("null")]
    [InlineData("{ \"commit\": \"0123456789012345678901234567890123456789\", \"files\": { \"config.json\": null } }")]
    public void A_lock_file_that_is_none_is_one_line(string model)
    {
        using var hub = FakeHub.WithTinyModel();
        using var experiment = new TinyExperiment();
        experiment.Write(Config);
        File.WriteAllText(experiment["configs", "tiny.lock"], $"{{ \"version\": 1, \"models\": {{ \"acme/tiny-bert@main\": {model} }}, \"urls\": {{}} }}");

        var run = Tlpipe(experiment, hub, "run");

        Assert.Equal(2, run.ExitCode);
        Assert.Matches(@"error TL0456: .*tiny\.lock is not a lock file", Assert.Single(run.ErrorLines));
    }

    [Fact]
    public void A_file_is_fetched_read_as_a_table_and_kept_to_until_refresh()
    {
        using var hub = new FakeHub();
        hub.Files["reviews.csv"] = "text,label\nbom,1\nruim,0\n"u8.ToArray();
        using var experiment = new TinyExperiment();
        experiment.Write($$"""
            name: tiny
            root: ..
            stages:
              download: { uses: fetch-file, with: { url: {{hub.StorageEndpoint}}/reviews.csv } }
              reviews:  { uses: read-table, with: { file: download } }
            """);

        var planned = Tlpipe(experiment, hub, "plan");
        var first = Tlpipe(experiment, hub, "run");
        hub.Files["reviews.csv"] = "text,label\nbom,1\n"u8.ToArray();
        var second = Tlpipe(experiment, hub, "run");
        var refreshed = Tlpipe(experiment, hub, "run", "--refresh");
        Directory.Delete(experiment[".tlpipe"], recursive: true);
        var offline = Tlpipe(experiment, hub, "run", "--offline");

        Assert.Contains("fetches it from 127.0.0.1", planned.Output);
        Assert.Equal(["download", "reviews"], first.Stages("done").Order());
        Assert.Contains(first.Lines, line => line.Contains("2 rows"));
        Assert.Equal(["download", "reviews"], second.Stages("reused").Order());
        Assert.Equal(["download", "reviews"], refreshed.Stages("done").Order());
        Assert.Contains(offline.Lines, line => line.Contains("1 row") && !line.Contains("1 rows"));
    }

    [Fact]
    public void Mistakes_in_the_options_of_fetch_file_are_listed_with_their_places()
    {
        using var experiment = new TinyExperiment();
        experiment.Write("""
            name: tiny
            root: ..
            stages:
              one:   { uses: fetch-file, with: { url: reviews.csv } }
              two:   { uses: fetch-file, with: { url: "https://ada:secret@example.org/reviews.csv" } }
              three: { uses: fetch-file, with: { url: "https://example.org/reviews.csv", sha256: abc } }
              four:  { uses: fetch-file, with: { url: "https://example.org/" } }
            """);

        var ended = TlpipeProcess.Run(experiment.Folder, "run", TinyExperiment.ConfigPath);

        Assert.Equal(2, ended.ExitCode);
        Assert.Collection(
            ended.ErrorLines,
            line => Assert.Matches(@"tiny\.yaml:4:\d+: error TL0302: .*'reviews\.csv' is not an address", line),
            line => Assert.Matches(@"tiny\.yaml:5:\d+: error TL0302: .*leave it out", line),
            line => Assert.Matches(@"tiny\.yaml:6:\d+: error TL0302: .*'abc' is not a SHA-256", line),
            line => Assert.Matches(@"tiny\.yaml:7:\d+: error TL0302: .*is not a file name", line));
        Assert.DoesNotContain("ada:secret", ended.Errors);
    }

    private static Ended Tlpipe(TinyExperiment experiment, FakeHub hub, string command, params string[] arguments) =>
        TlpipeProcess.Run(experiment.Folder, Variables(experiment, hub), [command, TinyExperiment.ConfigPath, .. arguments]);

    private static Dictionary<string, string> Variables(TinyExperiment experiment, FakeHub hub) => new()
    {
        ["HF_ENDPOINT"] = hub.Endpoint,
        ["HF_HOME"] = experiment["hf"],
        ["XDG_CACHE_HOME"] = experiment["cache"],
        ["HF_TOKEN"] = "",
        ["HF_HUB_OFFLINE"] = "",
    };
}
