// The hub's protocol: which commit a revision is, which files it has, and what each of them is (docs/hf-parity.md 15.3).
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tlpipe.Engine.Diagnostics;

namespace Tlpipe.Stages.Hub;

/// <summary>A commit of a repository.</summary>
/// <param name="Commit">Its hash.</param>
/// <param name="Files">The names of its files.</param>
internal sealed record HubCommit(string Commit, IReadOnlyList<string> Files);

/// <summary>A file as the hub describes it.</summary>
/// <param name="Etag">Its hash: SHA-256 for a file in LFS, git's for any other.</param>
/// <param name="Size">Its bytes.</param>
internal sealed record HubFile(string Etag, long Size);

/// <summary>Asks the hub about one model.</summary>
/// <param name="web">Sends the requests.</param>
/// <param name="endpoint">The hub.</param>
/// <param name="name">The model.</param>
internal sealed class HubClient(WebRequests web, Uri endpoint, ModelName name)
{
    /// <summary>Each is asked for in a request of its own.</summary>
    private const int MostFiles = 2000;

    /// <summary>Which commit the wanted revision is now, and its files.</summary>
    /// <exception cref="PipelineException">The hub does not know the model or the revision, or denies access.</exception>
    /// <exception cref="UnreachableException">The hub could not be reached.</exception>
    public Task<HubCommit> Commit(CancellationToken stopping) => web.Retry(
        async cancellation =>
        {
            using var response = await web.Send(HttpMethod.Get, Address($"api/models/{name.Repository}/revision/{Uri.EscapeDataString(name.Revision)}"), null, cancellation);
            if (Refused(response, file: null) is { } refusal)
                throw refusal;
            var text = await web.ReadText(response, endpoint.Host, cancellation);
            var commit = Parse(text ?? throw NoHub("its list of files has no end")) ?? throw NoHub("its list of files has no commit");
            var needed = ModelFiles.Choose(commit.Files).Count;
            return needed <= MostFiles ? commit : throw NoHub(string.Create(CultureInfo.InvariantCulture, $"it lists {needed:N0} files of a model"));
        },
        patient: false, stopping);

    /// <summary>Hash and size of a file of a commit.</summary>
    /// <exception cref="PipelineException">The hub does not have it or denies access.</exception>
    /// <exception cref="UnreachableException">The hub could not be reached.</exception>
    public Task<HubFile> File(string commit, string file, CancellationToken stopping) => web.Retry(
        async cancellation =>
        {
            using var response = await web.Send(HttpMethod.Head, AddressOf(commit, file), null, cancellation);
            // A redirect to another host describes the file in its own headers.
            if ((int)response.StatusCode is < 300 or > 399 && Refused(response, file) is { } refusal)
                throw refusal;
            if (Header(response.Headers, "X-Repo-Commit") != commit)
                throw NoHub($"it does not say which commit {file} belongs to");
            var etag = (Header(response.Headers, "X-Linked-Etag") ?? Header(response.Headers, "ETag"))?.Replace("W/", "", StringComparison.Ordinal).Trim('"');
            if (etag is null || !ContentHash.IsHash(etag))
                throw NoHub($"the etag of {file} is not a hash of its content, so it cannot be checked");
            var size = long.TryParse(Header(response.Headers, "X-Linked-Size"), out var linked) ? linked : response.Content.Headers.ContentLength;
            return new HubFile(etag, size ?? throw NoHub($"it does not give the size of {file}"));
        },
        patient: true, stopping);

    /// <summary>Where a file of a commit is.</summary>
    public Uri AddressOf(string commit, string file) => Address($"{name.Repository}/resolve/{commit}/{Uri.EscapeDataString(file)}");

    /// <summary>The error for an answer other than success; null for success.</summary>
    public PipelineException? Refused(HttpResponseMessage response, string? file)
    {
        if (response.IsSuccessStatusCode)
            return null;
        var code = Header(response.Headers, "X-Error-Code");
        var hub = endpoint.Host;
        var page = Address(name.Repository);
        return (code, response.StatusCode) switch
        {
            ("RevisionNotFound", _) => Mistake(ErrorCode.NotOnServer, $"{name.Repository} has no revision '{name.Revision}' on {hub}; see {page}/tree/main for its branches, or leave revision out"),
            ("EntryNotFound", _) => Mistake(ErrorCode.NotOnServer, $"{name.Repository} has no {file} on {hub}; see {page}/tree/{name.Revision}"),
            ("GatedRepo", _) => Mistake(
                ErrorCode.Denied,
                $"{name.Repository} is given only to users who have accepted its terms; accept them on {page}, and "
                + (web.HasToken ? "use a token of the same account (the one in use has no access)" : "set HF_TOKEN to a token of the same account")),
            (_, HttpStatusCode.Unauthorized) when web.HasToken => Mistake(
                ErrorCode.Denied, $"{hub} does not take the token for {name.Repository}; set HF_TOKEN to a valid one that may read it, or unset it, and check the name"),
            ("RepoNotFound", _) or (_, HttpStatusCode.Unauthorized or HttpStatusCode.NotFound) => Mistake(
                ErrorCode.NotOnServer,
                $"{hub} shows no model '{name.Repository}'; check the name"
                + (web.HasToken ? ", and whether the token in use may read it" : ", or set HF_TOKEN to a token that may read it if it is private")),
            (_, HttpStatusCode.Forbidden) => Mistake(
                ErrorCode.Denied, $"{hub} forbids {file ?? name.Repository}; set HF_TOKEN to a token that may read {name.Repository}"),
            _ => Mistake(ErrorCode.Unreachable, $"{hub} answers {WebRequests.Status(response)} for {name.Repository}; check HF_ENDPOINT and proxies"),
        };
    }

    private static HubCommit? Parse(string text)
    {
        try
        {
            if (JsonNode.Parse(text) is JsonObject info && info["sha"]?.ToString() is { } sha && ModelName.IsCommitHash(sha) && info["siblings"] is JsonArray files)
                return new HubCommit(sha, [.. files.Select(file => file?["rfilename"]?.ToString()).OfType<string>().Distinct()]);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The caller reports it.
        }
        return null;
    }

    private Uri Address(string path) => new($"{endpoint.AbsoluteUri.TrimEnd('/')}/{path}");

    private PipelineException NoHub(string why) =>
        Mistake(ErrorCode.Unreachable, $"{endpoint.Host} does not answer for {name.Repository} as a hub does: {why}; check HF_ENDPOINT and proxies");

    private static PipelineException Mistake(string code, string message) => new(null, code, message);

    private static string? Header(HttpResponseHeaders headers, string header) =>
        headers.NonValidated.TryGetValues(header, out var values) ? values.FirstOrDefault() : null;
}
