// One model of the hub: what it is by the lock file, the cache or the hub, in this order, and its files in the cache.
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Stages;
using Tlpipe.Formats;

namespace Tlpipe.Stages.Hub;

/// <summary>A model that was found.</summary>
/// <param name="Model">Its commit and files.</param>
/// <param name="Folder">The folder that shows its files, as far as they are on this machine.</param>
/// <param name="ToFetch">The files that are not.</param>
internal sealed record FoundModel(LockedModel Model, string Folder, IReadOnlyList<string> ToFetch)
{
    /// <summary>The bytes that are not on this machine.</summary>
    public long BytesToFetch => ToFetch.Sum(name => Model.Files[name].Size);
}

/// <summary>Finds and fetches one model. Nothing that needs the network is created before it is needed.</summary>
/// <param name="settings">The hub and its cache.</param>
/// <param name="name">The model.</param>
/// <param name="report">Receives notes about waiting and progress.</param>
/// <param name="stopping">Ends it.</param>
internal sealed class HubModel(HubSettings settings, ModelName name, Action<StageEvent> report, CancellationToken stopping)
{
    private const string CacheVariable = "HF_HUB_CACHE";
    private const string ChangedOnTheWay = "something between here and the hub changes it: check HF_ENDPOINT and proxies";
    private readonly HubCache cache = new(settings, name);

    /// <summary>Measures the waiting between tries. Default: the system's.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>
    /// Finds the model's commit and files: from the lock file, else from a complete model in the cache, else from the hub. The hub's small files are fetched
    /// at once, because their hashes are not known before. The result is written to the lock file.
    /// </summary>
    /// <param name="locks">The lock file.</param>
    /// <param name="refresh">Whether to ask the hub in any case.</param>
    /// <exception cref="PipelineException">It cannot be found.</exception>
    public FoundModel Find(LockFile locks, bool refresh)
    {
        if (!refresh && locks.Model(name) is { } locked)
            return Found(locked);
        var model = (refresh ? null : Cached()) ?? Await(Ask());
        // Offline, a cache without the vocabulary is used, but not recorded as the model.
        if (settings.Offline && ModelFiles.Missing(cache.Snapshot(model.Commit)).Any())
            return Found(model);
        try
        {
            locks.Keep(name, model);
        }
        catch (PipelineException e) when (name.IsCommit)
        {
            // A commit needs no lock: it never changes.
            report(new Warned(e.Message));
        }
        return Found(model);
    }

    /// <summary>Fetches the files of a model that the cache does not have.</summary>
    /// <returns>The folder that shows them.</returns>
    /// <exception cref="PipelineException">A file cannot be fetched, or has changed since the model was found.</exception>
    public string Fetch(LockedModel model) => Fetch(model, Found(model).ToFetch, again: false);

    /// <summary>Fetches files of a model again, even where the cache has them: their content is damaged.</summary>
    public string FetchAgain(LockedModel model, IReadOnlyList<string> files) => Fetch(model, files, again: true);

    private string Fetch(LockedModel model, IReadOnlyList<string> files, bool again)
    {
        if (files.Count == 0)
            return cache.Snapshot(model.Commit);
        if (settings.Offline)
            throw new PipelineException(null, ErrorCode.NotCached, NotCached(files, "offline mode is on"));
        return Await(FetchAll(model, files, again));
    }

    /// <summary>The message where files are missing from the cache and cannot be fetched.</summary>
    public string NotCached(IReadOnlyList<string> missing, string why) =>
        (missing.Count == 0 ? $"{name} is not in the cache {cache.Root}, and {why}; " : $"the cache {cache.Root} lacks {string.Join(", ", missing)} of {name}, and {why}; ")
        + $"run once with network, or copy {name.FolderName} from another machine's cache into it, or name a folder that has its files";

    private FoundModel Found(LockedModel model) =>
        new(model, cache.Snapshot(model.Commit), [.. model.Files.Keys.Where(file => !cache.Has(model.Commit, file))]);

    /// <summary>The model as the cache has it; null if the cache has no complete one.</summary>
    private LockedModel? Cached()
    {
        if (cache.KnownCommit() is not { } commit)
            return Offline([]);
        var missing = ModelFiles.Missing(cache.Snapshot(commit)).ToList();
        if (missing.Count > 0 && !(settings.Offline && ModelFiles.LacksOnlyVocabulary(missing)))
            return Offline(missing);
        return new LockedModel(commit, new(ModelFiles.Choose(cache.Names(commit)).ToDictionary(file => file, file => cache.ContentOf(commit, file)), StringComparer.Ordinal));

        LockedModel? Offline(IReadOnlyList<string> lacking) =>
            settings.Offline ? throw new PipelineException(null, ErrorCode.NotCached, NotCached(lacking, "offline mode is on")) : null;
    }

    private async Task<LockedModel> Ask()
    {
        if (settings.Offline)
            throw new PipelineException(null, ErrorCode.NotCached, $"--refresh asks the hub about {name}, and offline mode is on; leave one of them out");
        using var web = new WebRequests(settings, Clock, report);
        var hub = new HubClient(web, settings.Endpoint, name);
        try
        {
            var commit = await hub.Commit(stopping);
            var chosen = ModelFiles.Choose(commit.Files);
            if (!chosen.Contains(HuggingFaceFiles.Config) || !chosen.Any(HuggingFaceFiles.Weights.Contains))
                throw new PipelineException(
                    null, ErrorCode.NotOnServer,
                    $"{name} has no {(chosen.Contains(HuggingFaceFiles.Config) ? "weights that tlpipe reads" : HuggingFaceFiles.Config)} on {settings.Endpoint.Host}; "
                    + $"it takes {HuggingFaceFiles.Config} with {HuggingFaceFiles.WeightsInWords}");
            var files = new SortedDictionary<string, FileContent>(StringComparer.Ordinal);
            foreach (var file in chosen)
                files[file] = await Describe(hub, web, commit.Commit, file);
            cache.KeepCommit(commit.Commit);
            foreach (var absent in ModelFiles.Small.Except(commit.Files))
                cache.KeepMissing(commit.Commit, absent);
            return new LockedModel(commit.Commit, files);
        }
        catch (UnreachableException e)
        {
            var missing = cache.KnownCommit() is { } known ? ModelFiles.Missing(cache.Snapshot(known)).ToList() : null;
            throw new PipelineException(
                null, ErrorCode.Unreachable, missing is { Count: 0 } ? $"{e.Message}; without --refresh the {name} of the cache is used" : NotCached(missing ?? [], e.Message));
        }
    }

    /// <summary>A file's content: by its etag where that is SHA-256, else from the file itself, which is small.</summary>
    private async Task<FileContent> Describe(HubClient hub, WebRequests web, string commit, string file)
    {
        if (cache.Has(commit, file))
            return cache.ContentOf(commit, file);
        var described = await hub.File(commit, file, stopping);
        if (ContentHash.IsSha256(described.Etag) && file != HuggingFaceFiles.Config)
            return new FileContent(described.Etag, described.Size);
        await FetchOne(hub, web, commit, file, described, (_, _) => { }, again: false);
        return cache.ContentOf(commit, file);
    }

    private async Task<string> FetchAll(LockedModel model, IReadOnlyList<string> files, bool again)
    {
        using var web = new WebRequests(settings, Clock, report);
        var hub = new HubClient(web, settings.Endpoint, name);
        var progress = new FetchProgress(Clock, report);
        var total = files.Sum(file => model.Files[file].Size);
        var before = 0L;
        try
        {
            foreach (var file in files)
            {
                var described = await hub.File(model.Commit, file, stopping);
                await FetchOne(hub, web, model.Commit, file, described, (bytes, _) => progress.Show(before + bytes, total), again);
                before += model.Files[file].Size;
                if (cache.ContentOf(model.Commit, file).Sha256 != model.Files[file].Sha256)
                    throw new PipelineException(
                        null, ErrorCode.BadDownload, $"{file} of {name} on {settings.Endpoint.Host} is not what it was when the lock file was written; --refresh takes what is there now");
            }
        }
        catch (UnreachableException e)
        {
            throw new PipelineException(
                null, ErrorCode.Unreachable, $"{e.Message}, so {name} is not whole; the same command continues where it ended, and HF_ENDPOINT can name a mirror of the hub");
        }
        return cache.Snapshot(model.Commit);
    }

    private async Task FetchOne(HubClient hub, WebRequests web, string commit, string file, HubFile described, Action<long, long?> fetched, bool again)
    {
        var etag = described.Etag;
        cache.Prepare(etag);
        using (await FetchLock.Take(cache.LockFile(etag), $"{file} of {name}", cache.Root, CacheVariable, report, stopping))
        {
            // Another process may have fetched it while this one waited.
            if (again || !File.Exists(cache.Blob(etag)))
            {
                var wanted = new Wanted($"{file} of {name}", hub.AddressOf(commit, file), cache.Partial(etag), described.Size, etag, cache.Root, CacheVariable, ChangedOnTheWay);
                await new Download(web, settings).Run(wanted, fetched, response => hub.Refused(response, file), stopping);
                cache.Keep(etag);
            }
            cache.Show(commit, file, etag);
        }
    }

    /// <summary>Stages and plans are synchronous; waiting for a server is not.</summary>
    private static T Await<T>(Task<T> task) => task.GetAwaiter().GetResult();
}

/// <summary>Reports a download's progress ten times a second.</summary>
internal sealed class FetchProgress(TimeProvider clock, Action<StageEvent> report)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
    private readonly long started = clock.GetTimestamp();
    private long first = -1;
    private long last;

    /// <param name="done">Bytes that are here.</param>
    /// <param name="total">Bytes in all; null where the server does not say.</param>
    public void Show(long done, long? total)
    {
        if (first < 0)
            first = done;
        if (done != total && last != 0 && clock.GetElapsedTime(last) < Interval)
            return;
        last = clock.GetTimestamp();
        var seconds = clock.GetElapsedTime(started).TotalSeconds;
        double? left = done > first && seconds > 1 && total is not null ? (total - done) * seconds / (done - first) : null;
        report(new Progress("fetch", done, total ?? done, Unit, SecondsLeft: left));
    }

    /// <summary>The unit by which a reporter knows a download.</summary>
    public const string Unit = "bytes";
}
