// Brings a file from an address to this machine, going on where an earlier try ended.
using System.Net;
using System.Net.Http.Headers;
using Tlpipe.Engine.Diagnostics;

namespace Tlpipe.Hub;

/// <summary>What is to be fetched.</summary>
/// <param name="Shown">What to call it in messages.</param>
/// <param name="Address">Where it is.</param>
/// <param name="Partial">The file that grows; it stays when the download is cut off, so that a later one goes on with it.</param>
/// <param name="Size">Its bytes; null where nobody knows.</param>
/// <param name="Etag">The hash that it has to have, of git or SHA-256; null where nobody knows.</param>
/// <param name="Folder">The folder it is fetched into, for messages.</param>
/// <param name="Variable">The environment variable that names another folder.</param>
/// <param name="Remedy">What to do where it has another hash.</param>
internal sealed record Wanted(string Shown, Uri Address, string Partial, long? Size, string? Etag, string Folder, string Variable, string Remedy);

/// <summary>Downloads into partial files and checks what came.</summary>
/// <param name="web">Sends the requests.</param>
/// <param name="settings">The time limits.</param>
internal sealed class Download(WebRequests web, HubSettings settings)
{
    private const int BufferBytes = 1 << 17;

    /// <summary>Fetches a file until it is whole and has its hash; a file that has another is fetched once more from its beginning.</summary>
    /// <returns>Its hashes.</returns>
    /// <exception cref="PipelineException">It cannot be had, or came with another hash both times; nothing is left then.</exception>
    /// <exception cref="UnreachableException">The server could not be reached; what came so far is left to go on with.</exception>
    public async Task<ContentHash> Run(Wanted wanted, Action<long, long?> fetched, Func<HttpResponseMessage, PipelineException?> refused, CancellationToken stopping)
    {
        for (var again = false; ; again = true)
        {
            await Whole(wanted, fetched, refused, stopping);
            var hash = ContentHash.Of(wanted.Partial);
            if (wanted.Etag is null || hash.Is(wanted.Etag))
                return hash;
            // What an earlier try left may have been at fault.
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
                // A bad line that still moves: as long as every round brings something, there is an end.
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
            // It was whole already, and the process ended before it could say so.
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

    /// <summary>Decides from the answer whether it goes on where the file ends, or begins anew.</summary>
    private static void Begin(HttpResponseMessage response, FileStream file, Wanted wanted, Func<HttpResponseMessage, PipelineException?> refused)
    {
        switch (response.StatusCode)
        {
            case HttpStatusCode.PartialContent when response.Content.Headers.ContentRange?.From == file.Length:
                return;
            case HttpStatusCode.PartialContent or HttpStatusCode.RequestedRangeNotSatisfiable:
                Empty(file, wanted);
                throw new UnreachableException($"{wanted.Address.Host} does not go on where the download of {wanted.Shown} ended");
            case HttpStatusCode.OK:
                // It was asked for a part and sends the whole, or what it has changed.
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

    /// <summary>Where the hash is known, any part may be gone on with, for the whole is checked; else only while the server's own mark is the same.</summary>
    private static void AskForRest(HttpRequestHeaders headers, Wanted wanted, long have)
    {
        if (have == 0)
            return;
        if (wanted.Etag is null)
        {
            // A mark that a power cut spoilt asks for the whole.
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
