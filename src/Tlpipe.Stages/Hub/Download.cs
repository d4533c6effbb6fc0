// Downloads a file, continuing where an earlier attempt ended.
using System.Net;
using System.Net.Http.Headers;
using Tlpipe.Engine.Diagnostics;

namespace Tlpipe.Stages.Hub;

/// <summary>A file to fetch.</summary>
/// <param name="Shown">Its name in messages.</param>
/// <param name="Address">Where it is.</param>
/// <param name="Partial">The file that grows; it stays when the download is cut off, so that a later one can continue.</param>
/// <param name="Size">Its size in bytes; null if unknown.</param>
/// <param name="Etag">The expected hash, git's or SHA-256; null if unknown.</param>
/// <param name="Folder">The folder it is fetched into, for messages.</param>
/// <param name="Variable">The environment variable that names another folder.</param>
/// <param name="Remedy">What the user can do if the hash differs.</param>
internal sealed record Wanted(string Shown, Uri Address, string Partial, long? Size, string? Etag, string Folder, string Variable, string Remedy);

/// <summary>Downloads into partial files and checks what came.</summary>
/// <param name="web">Sends the requests.</param>
/// <param name="settings">The time limits.</param>
internal sealed class Download(WebRequests web, HubSettings settings)
{
    private const int BufferBytes = 1 << 17;

    /// <summary>Fetches a file until it is complete and has its hash; a file with another hash is fetched once more from the beginning.</summary>
    /// <returns>Its hashes.</returns>
    /// <exception cref="PipelineException">It cannot be fetched, or had another hash both times; nothing is kept.</exception>
    /// <exception cref="UnreachableException">The server could not be reached; what arrived so far is kept.</exception>
    public async Task<ContentHash> Run(Wanted wanted, Action<long, long?> fetched, Func<HttpResponseMessage, PipelineException?> refused, CancellationToken stopping)
    {
        for (var again = false; ; again = true)
        {
            await Whole(wanted, fetched, refused, stopping);
            var hash = ContentHash.Of(wanted.Partial);
            if (wanted.Etag is null || hash.Is(wanted.Etag))
                return hash;
            // The file left by an earlier attempt may be at fault.
            Forget(wanted);
            if (again)
                throw new PipelineException(
                    null, ErrorCode.BadDownload,
                    $"{wanted.Shown} came twice with {(ContentHash.IsSha256(wanted.Etag) ? $"SHA-256 {hash.Sha256}" : $"git hash {hash.GitSha1}")} instead of {wanted.Etag}; "
                    + $"nothing was kept; {wanted.Remedy}");
        }
    }

    private async Task Whole(Wanted wanted, Action<long, long?> fetched, Func<HttpResponseMessage, PipelineException?> refused, CancellationToken stopping)
    {
        while (true)
        {
            var before = Length(wanted);
            try
            {
                await web.Retry(
                    async cancellation =>
                    {
                        await Continue(wanted, fetched, refused, cancellation);
                        return true;
                    },
                    patient: true, stopping);
                return;
            }
            catch (UnreachableException) when (Length(wanted) > before)
            {
                // A bad connection that still makes progress: each round brings some bytes, so the loop ends.
            }
        }
    }

    private async Task Continue(Wanted wanted, Action<long, long?> fetched, Func<HttpResponseMessage, PipelineException?> refused, CancellationToken stopping)
    {
        await using var file = Open(wanted);
        if (file.Length > wanted.Size || (file.Length > 0 && wanted.Etag is null && !File.Exists(ValidatorFile(wanted))))
            Empty(file, wanted);
        if (file.Length == wanted.Size)
        {
            fetched(file.Length, wanted.Size);
            return;
        }
        file.Seek(0, SeekOrigin.End);
        using var response = await web.Send(HttpMethod.Get, wanted.Address, headers => AskForRest(headers, wanted, file.Length), stopping);
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable && response.Content.Headers.ContentRange?.Length == file.Length)
        {
            // It was complete already; the process ended before it could rename it.
            fetched(file.Length, file.Length);
            return;
        }
        Begin(response, file, wanted, refused);
        var announced = response.Content.Headers.ContentLength is { } rest ? file.Length + rest : wanted.Size;
        if (wanted.Size is { } expected && announced != expected)
        {
            Empty(file, wanted);
            throw new PipelineException(
                null, ErrorCode.BadDownload, $"{wanted.Shown} comes with {announced:N0} bytes instead of {expected:N0}; the server has another file there by now; run again");
        }
        await Receive(response, file, wanted, announced, fetched, stopping);
        DownloadFolder.Writing(wanted.Folder, wanted.Variable, () => file.Flush(flushToDisk: true));
    }

    /// <summary>Decides from the answer whether to continue where the file ends, or to start over.</summary>
    private static void Begin(HttpResponseMessage response, FileStream file, Wanted wanted, Func<HttpResponseMessage, PipelineException?> refused)
    {
        switch (response.StatusCode)
        {
            case HttpStatusCode.PartialContent when response.Content.Headers.ContentRange?.From == file.Length:
                return;
            case HttpStatusCode.PartialContent or HttpStatusCode.RequestedRangeNotSatisfiable:
                Empty(file, wanted);
                throw new UnreachableException($"{wanted.Address.Host} does not continue where the download of {wanted.Shown} ended");
            case HttpStatusCode.OK:
                // It was asked for a part and sends the whole file, or the file has changed.
                Empty(file, wanted);
                RememberValidator(response, wanted);
                return;
            default:
                throw refused(response) ?? new PipelineException(
                    null, ErrorCode.NotOnServer, $"{wanted.Address.Host} answers {WebRequests.Status(response)} for {wanted.Shown}; check the address");
        }
    }

    private async Task Receive(HttpResponseMessage response, FileStream file, Wanted wanted, long? announced, Action<long, long?> fetched, CancellationToken stopping)
    {
        var buffer = new byte[BufferBytes];
        var host = wanted.Address.Host;
        await using var body = await WebRequests.Within(settings.DownloadTimeout, host, response.Content.ReadAsStreamAsync, stopping);
        while (true)
        {
            var read = await WebRequests.Within(settings.DownloadTimeout, host, async cancellation => await body.ReadAsync(buffer, cancellation), stopping);
            if (read == 0)
                break;
            DownloadFolder.Writing(wanted.Folder, wanted.Variable, () =>
            {
                file.Write(buffer, 0, read);
                file.Flush();
            });
            fetched(file.Length, announced);
            if (file.Length > announced)
            {
                Empty(file, wanted);
                throw new UnreachableException($"{host} sent more than the {announced:N0} bytes of {wanted.Shown}");
            }
        }
        if (file.Length < announced)
            throw new UnreachableException($"{host} stopped after {file.Length:N0} of {announced:N0} bytes of {wanted.Shown}");
    }

    private static FileStream Open(Wanted wanted)
    {
        FileStream? file = null;
        DownloadFolder.Writing(wanted.Folder, wanted.Variable, () =>
        {
            file = new FileStream(wanted.Partial, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read, bufferSize: 0);
            if (wanted.Size is { } size)
                DownloadFolder.Reserve(wanted.Folder, wanted.Variable, size - Math.Min(file.Length, size));
        });
        return file!;
    }

    private static void Empty(FileStream file, Wanted wanted)
    {
        if (file.Length > 0)
            DownloadFolder.Writing(wanted.Folder, wanted.Variable, () => file.SetLength(0));
    }

    /// <summary>With a known hash any part can be continued, because the whole is checked; otherwise only while the server's own validator is the same.</summary>
    private static void AskForRest(HttpRequestHeaders headers, Wanted wanted, long have)
    {
        if (have == 0)
            return;
        if (wanted.Etag is null)
        {
            // A validator damaged by a power cut means fetching the whole file.
            if (!EntityTagHeaderValue.TryParse(File.ReadAllText(ValidatorFile(wanted)), out var mark))
                return;
            headers.IfRange = new RangeConditionHeaderValue(mark);
        }
        headers.Range = new RangeHeaderValue(have, null);
    }

    private static void RememberValidator(HttpResponseMessage response, Wanted wanted)
    {
        if (wanted.Etag is not null)
            return;
        if (response.Headers.ETag is { IsWeak: false } mark)
            File.WriteAllText(ValidatorFile(wanted), mark.ToString());
        else
            File.Delete(ValidatorFile(wanted));
    }

    private static string ValidatorFile(Wanted wanted) => wanted.Partial + ".etag";

    private static long Length(Wanted wanted) => File.Exists(wanted.Partial) ? new FileInfo(wanted.Partial).Length : 0;

    private static void Forget(Wanted wanted)
    {
        File.Delete(wanted.Partial);
        File.Delete(ValidatorFile(wanted));
    }
}
