// A model from the hub: what comes into the cache, what is asked, and what happens when the hub or the line fails.
using Microsoft.AspNetCore.Http;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Stages;
using Tlpipe.Stages.Hub;

namespace Tlpipe.Tests.Hub;

public sealed class HubModelTests
{
    private const string Weights = "model.safetensors";

    [Fact]
    public void A_model_comes_into_the_layout_of_huggingface_hub_without_files_that_are_none_of_its()
    {
        using var hub = FakeHub.WithTinyModel();
        using var cache = new ModelCache(hub);

        var folder = cache.Fetch();

        Assert.Equal(cache.Snapshot(), folder);
        Assert.Equal(
            ["config.json", Weights, "special_tokens_map.json", "tokenizer.json", "tokenizer_config.json", "vocab.txt"],
            Directory.EnumerateFiles(folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
        Assert.Equal($"../../blobs/{FakeHub.Sha256(hub.Files[Weights])}", new FileInfo(Path.Combine(folder, Weights)).LinkTarget);
        Assert.Equal($"../../blobs/{FakeHub.GitHash(hub.Files["vocab.txt"])}", new FileInfo(Path.Combine(folder, "vocab.txt")).LinkTarget);
        Assert.Equal(FakeHub.FirstCommit, File.ReadAllText(Path.Combine(cache.Repository, "refs", "main")));
        Assert.True(File.Exists(Path.Combine(cache.Repository, ".no_exist", FakeHub.FirstCommit, "added_tokens.json")));
        Assert.All(Directory.EnumerateFiles(folder), path => Assert.Equal(hub.Files[Path.GetFileName(path)], File.ReadAllBytes(path)));
        Assert.DoesNotContain(cache.Blobs, name => name.EndsWith(".incomplete", StringComparison.Ordinal));
    }

    [Fact]
    public void Gits_hash_of_a_file_is_the_one_that_git_prints()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["greeting"], "hello\n");

        var hash = ContentHash.Of(folder["greeting"]);

        // echo hello | git hash-object --stdin; echo hello | sha256sum
        Assert.Equal("ce013625030ba8dba906f756967f9e9ca394464a", hash.GitSha1);
        Assert.Equal("5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03", hash.Sha256);
    }

    [Fact]
    public void Finding_a_model_fetches_its_small_files_and_leaves_the_weights_for_the_run()
    {
        using var hub = FakeHub.WithTinyModel();
        using var cache = new ModelCache(hub);

        var found = cache.Find();

        Assert.Equal([Weights], found.ToFetch);
        Assert.Equal(hub.Files[Weights].Length, found.BytesToFetch);
        Assert.Equal(FakeHub.Sha256(hub.Files[Weights]), found.Model.Files[Weights].Sha256);
        Assert.Empty(hub.Gets("storage"));
    }

    [Fact]
    public void What_is_locked_and_cached_is_found_without_a_request()
    {
        using var hub = FakeHub.WithTinyModel();
        using var cache = new ModelCache(hub);
        cache.Fetch();
        hub.Requests.Clear();
        hub.Commit = new string('f', 40);

        var folder = cache.Fetch();

        Assert.Equal(cache.Snapshot(), folder);
        Assert.Empty(hub.Requests);
    }

    [Fact]
    public void What_the_cache_knows_needs_neither_lock_nor_network_and_is_locked()
    {
        using var hub = FakeHub.WithTinyModel();
        using var cache = new ModelCache(hub);
        cache.Fetch();
        var locked = File.ReadAllText(cache.LockPath);
        File.Delete(cache.LockPath);
        hub.Requests.Clear();

        cache.Fetch();

        Assert.Empty(hub.Requests);
        Assert.Equal(locked, File.ReadAllText(cache.LockPath));
    }

    [Fact]
    public void The_commit_of_the_lock_file_is_fetched_though_main_has_moved_on_and_refresh_takes_the_new_one()
    {
        using var hub = FakeHub.WithTinyModel();
        using var cache = new ModelCache(hub);
        cache.Find();
        hub.Commit = new string('f', 40);
        hub.Files["vocab.txt"] = "[PAD]\n"u8.ToArray();

        var kept = cache.Find();
        var renewed = cache.Find(refresh: true);

        Assert.Equal(FakeHub.FirstCommit, kept.Model.Commit);
        Assert.Equal(hub.Commit, renewed.Model.Commit);
        Assert.Equal(FakeHub.Sha256("[PAD]\n"u8.ToArray()), cache.Find().Model.Files["vocab.txt"].Sha256);
    }

    [Theory]
    [InlineData("main", "acme/tiny-bert", ErrorCode.NotOnServer, 401, "RepoNotFound", "shows no model 'acme/tiny-bert'; check the name, or set HF_TOKEN")]
    [InlineData("v9", "acme/tiny-bert", ErrorCode.NotOnServer, 404, "RevisionNotFound", "has no revision 'v9'")]
    [InlineData("main", "acme/tiny-bert", ErrorCode.Denied, 403, "GatedRepo", "accepted its terms.*set HF_TOKEN")]
    [InlineData("main", "acme/tiny-bert", ErrorCode.NotOnServer, 404, "", "shows no model")]
    public void What_the_hub_refuses_is_one_line_that_says_what_to_do(string revision, string model, string code, int status, string error, string expected)
    {
        using var hub = FakeHub.WithTinyModel();
        using var cache = new ModelCache(hub);
        hub.Fault = (_, context) => Answer(context, status, error);

        var mistake = cache.Mistake(revision);

        Assert.Equal(code, mistake.Code);
        Assert.Matches(expected, mistake.Message);
        Assert.Contains(model, mistake.Message);
        Assert.Single(hub.Requests);
    }

    [Fact]
    public void A_server_that_asks_to_wait_is_asked_again_after_as_long_as_it_says()
    {
        using var hub = FakeHub.WithTinyModel();
        using var cache = new ModelCache(hub);
        var answers = 0;
        hub.Fault = (asked, context) =>
        {
            if (asked.Server != "storage" || answers++ > 0)
                return Task.FromResult(false);
            context.Response.Headers.RetryAfter = "17";
            return Answer(context, 429, "");
        };

        cache.Fetch();

        Assert.Contains(TimeSpan.FromSeconds(17), cache.Clock.Waits);
        Assert.Contains(cache.News.OfType<Warned>(), warning => warning.Text.Contains("429") && warning.Text.Contains("17 s"));
        cache.AssertNoBadBlob();
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    public void A_server_that_fails_for_a_while_is_asked_again_and_one_that_goes_on_failing_is_one_line(int status)
    {
        using var hub = FakeHub.WithTinyModel();
        using var cache = new ModelCache(hub);
        var answers = 0;
        hub.Fault = (_, context) => answers++ < 3 ? Answer(context, status, "") : Task.FromResult(false);
        cache.Fetch();
        hub.Fault = (_, context) => Answer(context, status, "");
        using var other = new ModelCache(hub);

        var mistake = other.Mistake();

        Assert.Equal(ErrorCode.Unreachable, mistake.Code);
        Assert.Contains($"answers {status}", mistake.Message);
        Assert.True(File.Exists(Path.Combine(cache.Snapshot(), Weights)));
    }

    [Fact]
    public void A_download_that_breaks_off_goes_on_where_it_ended()
    {
        using var hub = FakeHub.WithTinyModel();
        using var cache = new ModelCache(hub);
        var content = hub.Files[Weights];
        var answers = 0;
        hub.Fault = async (asked, context) =>
        {
            if (asked.Server != "storage" || answers++ > 0)
                return false;
            await FakeHub.Truncate(context, content, 0, 50_000);
            return true;
        };

        var folder = cache.Fetch();

        Assert.Equal(content, File.ReadAllBytes(Path.Combine(folder, Weights)));
        Assert.Equal([null, "bytes=50000-"], hub.Gets("storage").Select(asked => asked.Range));
    }

    [Fact]
    public void A_line_that_breaks_again_and_again_but_brings_something_each_time_brings_the_whole_in_the_end()
    {
        using var hub = FakeHub.WithTinyModel();
        using var cache = new ModelCache(hub);
        var content = hub.Files[Weights];
        hub.Fault = async (asked, context) =>
        {
            if (asked.Server != "storage")
                return false;
            var from = asked.Range is null ? 0 : int.Parse(asked.Range["bytes=".Length..^1]);
            if (content.Length - from <= 5_000)
                return false;
            await FakeHub.Truncate(context, content, from, 5_000);
            return true;
        };

        var folder = cache.Fetch();

        Assert.Equal(content, File.ReadAllBytes(Path.Combine(folder, Weights)));
    }

    [Fact]
    public void A_part_that_another_process_left_is_gone_on_with_and_one_that_is_wrong_is_replaced()
    {
        using var hub = FakeHub.WithTinyModel();
        using var cache = new ModelCache(hub);
        var content = hub.Files[Weights];
        var found = cache.Find();
        var partial = cache.Blob(FakeHub.Sha256(content)) + ".incomplete";
        File.WriteAllBytes(partial, new byte[1000]);

        cache.Model().Fetch(found.Model);

        Assert.Equal(content, File.ReadAllBytes(Path.Combine(cache.Snapshot(), Weights)));
        Assert.Equal(["bytes=1000-", null], hub.Gets("storage").Select(asked => asked.Range));
        Assert.False(File.Exists(partial));
    }

    [Fact]
    public void A_server_that_sends_the_whole_file_when_asked_for_its_rest_does_no_harm()
    {
        using var hub = FakeHub.WithTinyModel();
        using var cache = new ModelCache(hub);
        var content = hub.Files[Weights];
        var found = cache.Find();
        File.WriteAllBytes(cache.Blob(FakeHub.Sha256(content)) + ".incomplete", content[..70_000]);
        hub.Fault = async (asked, context) =>
        {
            if (asked.Server != "storage")
                return false;
            await context.Response.Body.WriteAsync(content);
            return true;
        };

        cache.Model().Fetch(found.Model);

        Assert.Equal(content, File.ReadAllBytes(Path.Combine(cache.Snapshot(), Weights)));
    }

    [Theory]
    [InlineData(Weights)]
    [InlineData("vocab.txt")]
    public void Content_with_another_hash_is_one_line_and_nothing_of_it_is_kept(string file)
    {
        using var hub = FakeHub.WithTinyModel();
        using var cache = new ModelCache(hub);
        hub.Fault = async (asked, context) =>
        {
            if (asked.Method != "GET" || !asked.Path.EndsWith("/" + file, StringComparison.Ordinal) || (file == Weights && asked.Server == "hub"))
                return false;
            await context.Response.Body.WriteAsync(hub.Files[file].Reverse().ToArray());
            return true;
        };

        var mistake = cache.Mistake();

        Assert.Equal(ErrorCode.BadDownload, mistake.Code);
        Assert.Contains($"{file} of acme/tiny-bert came twice with", mistake.Message);
        Assert.DoesNotContain(cache.Blobs, name => name.EndsWith(".incomplete", StringComparison.Ordinal));
        Assert.False(File.Exists(Path.Combine(cache.Snapshot(), file)));
    }

    [Fact]
    public void A_file_that_changes_between_the_look_and_the_download_is_one_line()
    {
        using var hub = FakeHub.WithTinyModel();
        using var cache = new ModelCache(hub);
        var found = cache.Find();
        hub.Files[Weights] = [.. hub.Files[Weights], 1, 2, 3];

        var changed = Assert.Throws<PipelineException>(() => cache.Model().Fetch(found.Model));

        var mistake = Assert.Single(changed.Diagnostics);
        Assert.Equal(ErrorCode.BadDownload, mistake.Code);
        Assert.Contains("is not what it was when the lock file was written; --refresh", mistake.Message);
        cache.AssertNoBadBlob();
    }

    [Fact]
    public void A_server_that_sends_another_size_than_it_announced_is_one_line()
    {
        using var hub = FakeHub.WithTinyModel();
        using var cache = new ModelCache(hub);
        hub.Fault = async (asked, context) =>
        {
            if (asked.Server != "storage")
                return false;
            context.Response.ContentLength = 10;
            await context.Response.Body.WriteAsync(new byte[10]);
            return true;
        };

        var mistake = cache.Mistake();

        Assert.Equal(ErrorCode.BadDownload, mistake.Code);
        Assert.Matches(@"comes with 10 bytes instead of 133,552", mistake.Message);
    }

    [Fact]
    public void A_server_that_hangs_is_left_after_the_time_limit_and_the_next_run_goes_on()
    {
        using var hub = FakeHub.WithTinyModel();
        using var cache = new ModelCache(hub);
        var content = hub.Files[Weights];
        var found = cache.Find();
        cache.Settings = cache.Settings with { DownloadTimeout = TimeSpan.FromMilliseconds(100) };
        hub.Fault = async (asked, context) =>
        {
            if (asked.Server != "storage")
                return false;
            var from = asked.Range is null ? 0 : 40_000;
            context.Response.StatusCode = from == 0 ? 200 : 206;
            context.Response.Headers.ContentRange = $"bytes {from}-{content.Length - 1}/{content.Length}";
            context.Response.ContentLength = content.Length - from;
            if (from == 0)
                await context.Response.Body.WriteAsync(content.AsMemory(0, 40_000));
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted).ContinueWith(_ => { });
            return true;
        };

        var hung = Assert.Throws<PipelineException>(() => cache.Model().Fetch(found.Model));
        var blobs = cache.Blobs.ToList();
        hub.Fault = (_, _) => Task.FromResult(false);
        cache.Model().Fetch(found.Model);

        Assert.Matches("sent nothing for 0.1 s.*the same command continues where it ended", Assert.Single(hung.Diagnostics).Message);
        Assert.Contains(FakeHub.Sha256(content) + ".incomplete", blobs);
        Assert.Equal("bytes=40000-", hub.Gets("storage").Last().Range);
        Assert.Equal(content, File.ReadAllBytes(Path.Combine(cache.Snapshot(), Weights)));
    }

    [Fact]
    public void The_token_goes_to_the_hub_and_not_to_the_host_that_it_leads_to()
    {
        using var hub = FakeHub.WithTinyModel();
        hub.Token = "hf_secret";
        using var cache = new ModelCache(hub);
        cache.Settings = HubSettings.From(name => name switch
        {
            "HF_TOKEN" => " hf_secret\n",
            "HF_ENDPOINT" => hub.Endpoint + "/",
            "HF_HUB_CACHE" => cache.Settings.Cache,
            _ => null,
        });

        cache.Fetch();

        Assert.All(hub.Requests.Where(r => r.Server == "hub"), request => Assert.Equal("Bearer hf_secret", request.Authorization));
        Assert.Equal([null], hub.Gets("storage").Select(request => request.Authorization));
    }

    [Fact]
    public void A_token_that_does_not_help_is_one_line_without_the_token()
    {
        using var hub = FakeHub.WithTinyModel();
        hub.Token = "hf_other";
        using var cache = new ModelCache(hub);
        cache.Settings = HubSettings.From(name => name switch
        {
            "HF_TOKEN" => "hf_secret",
            "HF_ENDPOINT" => hub.Endpoint,
            "HF_HUB_CACHE" => cache.Settings.Cache,
            _ => null,
        });

        var mistake = cache.Mistake();

        Assert.Equal(ErrorCode.Denied, mistake.Code);
        Assert.Contains("does not take the token", mistake.Message);
        Assert.DoesNotContain("hf_secret", mistake.Message);
    }

    [Fact]
    public void Without_network_the_line_names_the_host_what_is_missing_and_how_to_put_it_there()
    {
        using var cache = new ModelCache(hub: null);

        var mistake = cache.Mistake();

        Assert.Equal(ErrorCode.Unreachable, mistake.Code);
        Assert.Matches("acme/tiny-bert is not in the cache .*127.0.0.1 cannot be reached.*copy models--acme--tiny-bert from another machine's cache", mistake.Message);
    }

    [Fact]
    public void Offline_the_cache_is_used_and_what_it_lacks_is_named()
    {
        using var hub = FakeHub.WithTinyModel();
        using var cache = new ModelCache(hub);
        cache.Fetch();
        File.Delete(cache.LockPath);
        hub.Requests.Clear();
        cache.Settings = cache.Settings with { Offline = true };

        var whole = cache.Fetch();
        File.Delete(cache.LockPath);
        File.Delete(Path.Combine(cache.Snapshot(), Weights));
        var mistake = cache.Mistake();

        Assert.Equal(cache.Snapshot(), whole);
        Assert.Equal(ErrorCode.NotCached, mistake.Code);
        Assert.Contains("lacks weights (model.safetensors, model.safetensors.index.json, pytorch_model.bin or pytorch_model.bin.index.json) of acme/tiny-bert", mistake.Message);
        Assert.Empty(hub.Requests);
    }

    [Fact]
    public void A_cache_that_cannot_be_written_is_one_line()
    {
        using var hub = FakeHub.WithTinyModel();
        using var cache = new ModelCache(hub);
        File.WriteAllText(cache.LockPath + "-file", "");
        cache.Settings = cache.Settings with { Cache = Path.Combine(cache.LockPath + "-file", "hub") };

        var mistake = cache.Mistake();

        Assert.Equal(ErrorCode.DownloadFolder, mistake.Code);
        Assert.Contains("cannot be written to", mistake.Message);
        Assert.Contains("set HF_HUB_CACHE", mistake.Message);
    }

    [Fact]
    public void A_full_disk_is_one_line()
    {
        using var hub = FakeHub.WithTinyModel();
        using var cache = new ModelCache(hub);
        var found = cache.Find();
        File.CreateSymbolicLink(cache.Blob(FakeHub.Sha256(hub.Files[Weights])) + ".incomplete", "/dev/full");

        var full = Assert.Throws<PipelineException>(() => cache.Model().Fetch(found.Model));

        var mistake = Assert.Single(full.Diagnostics);
        Assert.Equal(ErrorCode.DownloadFolder, mistake.Code);
        Assert.Contains("is full; free some, or set HF_HUB_CACHE", mistake.Message);
        Assert.False(File.Exists(Path.Combine(cache.Snapshot(), Weights)));
    }

    [Fact]
    public async Task Two_that_want_the_same_model_at_once_fetch_it_once()
    {
        using var hub = FakeHub.WithTinyModel();
        using var cache = new ModelCache(hub);
        var found = cache.Find();
        var begun = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        hub.Fault = async (asked, _) =>
        {
            if (asked.Server == "storage")
            {
                begun.TrySetResult();
                await release.Task;
            }
            return false;
        };

        var first = Task.Run(() => cache.Model().Fetch(found.Model), TestContext.Current.CancellationToken);
        await begun.Task;
        var waits = new TaskCompletionSource();
        var other = new HubModel(cache.Settings, new ModelName(FakeHub.Repository, "main"), news => waits.TrySetResult(), CancellationToken.None);
        var second = Task.Run(() => other.Fetch(found.Model), TestContext.Current.CancellationToken);
        await waits.Task;
        release.SetResult();
        await Task.WhenAll(first, second);

        Assert.Single(hub.Gets("storage"));
        Assert.Equal(hub.Files[Weights], await File.ReadAllBytesAsync(Path.Combine(cache.Snapshot(), Weights), TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Weights_come_from_an_index_with_its_shards_and_a_pickle_is_left_out_where_there_are_safetensors()
    {
        var names = new[]
        {
            "config.json", "pytorch_model.bin", "model.safetensors.index.json", "model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors",
            "tf_model.h5", "vocab.txt", "README.md",
        };

        var chosen = ModelFiles.Choose(names);

        Assert.Equal(["config.json", "model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors", "model.safetensors.index.json", "vocab.txt"], chosen);
    }

    private static Task<bool> Answer(HttpContext context, int status, string error)
    {
        context.Response.StatusCode = status;
        if (error.Length > 0)
            context.Response.Headers["X-Error-Code"] = error;
        return Task.FromResult(true);
    }
}
