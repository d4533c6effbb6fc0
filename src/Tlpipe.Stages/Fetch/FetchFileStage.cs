// fetch-file: takes a file at an address into the store.
using System.Globalization;
using System.Text;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Files;
using Tlpipe.Engine.Options;
using Tlpipe.Engine.Stages;
using Tlpipe.Stages.Hub;

namespace Tlpipe.Stages.Fetch;

/// <summary>Options of <c>fetch-file</c>. What decides the result is the file's content and name, wherever it comes from.</summary>
public sealed record FetchFileOptions
{
    /// <summary>The file's address: http or https.</summary>
    [ExecutionOnly]
    public required string Url { get; init; }

    /// <summary>SHA-256 of its bytes, 64 hexadecimal digits. Default: what it is when first fetched, which is kept in the lock file.</summary>
    [ExecutionOnly]
    public string? Sha256 { get; init; }

    /// <summary>The name to give it, whose ending tells read-table what it is. Default: the last part of the address.</summary>
    [ExecutionOnly]
    public string? Name { get; init; }
}

/// <summary>Fetches a file once, and never takes another for it.</summary>
[Stage("fetch-file", version: 1)]
[Output("file", "the file, under its name", Kind = OutputKinds.File)]
public sealed class FetchFileStage : IOriginStage<FetchFileOptions>
{
    private const string Role = "url";

    /// <summary>NAME_MAX of Linux.</summary>
    private const int LongestName = 255;

    public IEnumerable<OptionMistake> Check(FetchFileOptions options)
    {
        if (!Uri.TryCreate(options.Url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            yield return new OptionMistake("url", $"'{options.Url}' is not an address; give one that begins with https:// or http://");
            yield break;
        }
        if (address.UserInfo.Length > 0)
            yield return new OptionMistake("url", "a name or password in an address would be kept in the lock file and shown; leave it out");
        if (options.Sha256 is { } sha256 && !ContentHash.IsSha256(Lower(sha256)))
            yield return new OptionMistake("sha256", $"'{sha256}' is not a SHA-256; give its 64 hexadecimal digits, or leave it out");
        if (NameOf(options) is var name && (name.Length == 0 || name is "." or ".." || name != Path.GetFileName(name)))
            yield return new OptionMistake("name", $"'{name}' is not a file name; give name, such as reviews.csv");
        else if (name.Any(char.IsControl))
            yield return new OptionMistake("name", $"'{name}' holds a control character; give name, such as reviews.csv");
        else if (Encoding.UTF8.GetByteCount(name) > LongestName)
            yield return new OptionMistake("name", $"'{name}' is longer than the {LongestName} bytes of a file's name; give name, such as reviews.csv");
    }

    public ContentOrigin Locate(FetchFileOptions options, OriginSearch search)
    {
        var settings = Settings(search.Offline);
        var locks = LockFile.Load(search.LockFile);
        var file = new WebFile(settings, new Uri(options.Url), search.Report, search.Stopping);
        var given = options.Sha256 is null ? null : Lower(options.Sha256);
        var sha256 = given ?? (search.Refresh ? null : locks.Url(options.Url)?.Sha256);
        var source = given is null ? "the lock file" : "the config";
        if (sha256 is null && search.Fetch)
        {
            var content = file.Fetch(null, source);
            locks.Keep(options.Url, content);
            sha256 = content.Sha256;
        }
        else if (sha256 is null && settings.Offline)
        {
            throw new PipelineException(null, ErrorCode.NotCached, file.NotKept(null));
        }
        var kept = sha256 is not null && File.Exists(file.Kept(sha256));
        return new ContentOrigin(
            Role, sha256 is null ? null : ContentDigest.OfNames([(NameOf(options), sha256)]), new FileOrigin(options.Url, sha256, source, settings.Offline).Write())
        {
            Fetches = kept ? null : $"it from {new Uri(options.Url).Host}",
            Obstacle = !kept && settings.Offline ? new Obstacle(ErrorCode.NotCached, file.NotKept(sha256)) : null,
        };
    }

    public void Run(FetchFileOptions options, StageRun run)
    {
        var origin = FileOrigin.Read(run.Origin ?? throw new InvalidOperationException("fetch-file runs without its origin"));
        var sha256 = origin.Sha256 ?? throw new InvalidOperationException("fetch-file runs without the hash of its file");
        var file = new WebFile(Settings(origin.Offline), new Uri(origin.Address), run.Report, run.Stopping);
        file.Fetch(sha256, origin.Source);
        var target = Path.Combine(run.Create("file"), NameOf(options));
        if (ContentHash.Copy(file.Kept(sha256), target, run.Stopping).Sha256 == sha256)
            return;
        // A failing disk; the file that is fetched again is checked.
        File.Delete(target);
        File.Delete(file.Kept(sha256));
        file.Fetch(sha256, origin.Source);
        ContentHash.Copy(file.Kept(sha256), target, run.Stopping);
    }

    private static HubSettings Settings(bool offline)
    {
        var settings = HubSettings.FromEnvironment();
        return settings with { Offline = settings.Offline || offline };
    }

    private static string NameOf(FetchFileOptions options) =>
        options.Name ?? Uri.UnescapeDataString(new Uri(options.Url).Segments[^1]);

    private static string Lower(string sha256) => sha256.Trim().ToLower(CultureInfo.InvariantCulture);
}
