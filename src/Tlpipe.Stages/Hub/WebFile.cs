// One file at an address: found in the lock file or in the folder of downloads, else fetched.
using System.Security.Cryptography;
using System.Text;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Stages;

namespace Tlpipe.Stages.Hub;

/// <summary>Finds and fetches one file. Whole files are in the folder of downloads under their SHA-256, whatever address they came from.</summary>
/// <param name="settings">The folder of downloads and the time limits.</param>
/// <param name="address">Where the file is.</param>
/// <param name="report">Receives notes about waiting and progress.</param>
/// <param name="stopping">Ends it.</param>
internal sealed class WebFile(HubSettings settings, Uri address, Action<StageEvent> report, CancellationToken stopping)
{
    private const string CacheVariable = "XDG_CACHE_HOME";

    /// <summary>Measures the waiting between tries. Default: the system's.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>The place of a file that was fetched.</summary>
    public string Kept(string sha256) => Path.Combine(settings.Downloads, sha256);

    /// <summary>The message where the file would have to be fetched and offline mode is on.</summary>
    public string NotKept(string? sha256) =>
        $"{address} was not fetched yet, and offline mode is on; run once with network"
        + (sha256 is null ? ", or give its sha256" : "") + $", or put the file at {Kept(sha256 ?? "SHA256")}";

    /// <summary>Fetches the file into the folder of downloads, where it is not there.</summary>
    /// <param name="sha256">Its expected SHA-256; null to accept any content.</param>
    /// <param name="source">Where that SHA-256 is written: <c>the config</c> or <c>the lock file</c>.</param>
    /// <returns>What it is.</returns>
    /// <exception cref="PipelineException">It cannot be fetched, or has another hash.</exception>
    public FileContent Fetch(string? sha256, string source)
    {
        if (sha256 is not null && File.Exists(Kept(sha256)))
            return new FileContent(sha256, new FileInfo(Kept(sha256)).Length);
        if (settings.Offline)
            throw new PipelineException(null, ErrorCode.NotCached, NotKept(sha256));
        return FetchNow(sha256, source).GetAwaiter().GetResult();
    }

    private async Task<FileContent> FetchNow(string? sha256, string source)
    {
        DownloadFolder.Writing(settings.Downloads, CacheVariable, () => Directory.CreateDirectory(settings.Downloads));
        var growing = Path.Combine(settings.Downloads, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(address.AbsoluteUri))));
        using var mine = await FetchLock.Take(growing + ".lock", address.AbsoluteUri, settings.Downloads, CacheVariable, report, stopping);
        if (sha256 is not null && File.Exists(Kept(sha256)))
            return new FileContent(sha256, new FileInfo(Kept(sha256)).Length);

        using var web = new WebRequests(settings, Clock, report);
        var wanted = new Wanted(address.AbsoluteUri, address, growing + ".incomplete", Size: null, Etag: sha256, settings.Downloads, CacheVariable,
            source == "the config" ? "correct sha256 in the config if that file is meant" : "--refresh takes what is there now, the lock file says what was");
        var progress = new FetchProgress(Clock, report);
        try
        {
            var hash = await new Download(web, settings).Run(wanted, progress.Show, _ => null, stopping);
            DownloadFolder.Writing(settings.Downloads, CacheVariable, () => File.Move(wanted.Partial, Kept(hash.Sha256), overwrite: true));
            return new FileContent(hash.Sha256, hash.Size);
        }
        catch (UnreachableException e)
        {
            throw new PipelineException(
                null, ErrorCode.Unreachable, $"{e.Message}, so {address} is not here; the same command continues where it ended, or put the file at {Kept(sha256 ?? "SHA256")} and give its sha256");
        }
    }
}
