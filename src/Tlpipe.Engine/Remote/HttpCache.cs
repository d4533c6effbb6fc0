// The protocol of Bazel's remote cache: HEAD, GET and PUT of /ac/<key> and /cas/<sha256>.
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Options;
using Tlpipe.Engine.Store;

namespace Tlpipe.Engine.Remote;

/// <summary>The kinds of server faults.</summary>
internal enum RemoteFault
{
    /// <summary>The server or the connection does not work now.</summary>
    Down,

    /// <summary>The server refuses the request, and would refuse it again.</summary>
    Refused,

    /// <summary>The server's answer is not the expected content.</summary>
    Damaged,

    /// <summary>The server works, but so slowly that waiting for it is of no use.</summary>
    Slow,
}

/// <summary>The server did not fulfil a request. The message says in a few words what it did, without any credentials.</summary>
internal sealed class RemoteFaultException(RemoteFault fault, string message) : Exception(message)
{
    public RemoteFault Fault { get; } = fault;
}

/// <summary>The client of a server. It is thread-safe.</summary>
internal sealed class HttpCache : IDisposable
{
    private const int BufferBytes = 1 << 18;
    private const double LeastBytesPerSecond = 1000;
    private const int Tries = 2;
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(300);
    private readonly HttpClient client;
    private readonly string address;
    private readonly TimeSpan patience;
    private readonly CancellationToken stopping;

    /// <param name="url">The address; a user and password in it are sent as basic authentication.</param>
    /// <param name="authorization">The value of the Authorization header, or null.</param>
    /// <param name="patience">How long the server may be silent.</param>
    /// <param name="stopping">Ends every request.</param>
    public HttpCache(string url, string? authorization, TimeSpan patience, CancellationToken stopping)
    {
        var uri = new Uri(url);
        this.patience = patience;
        this.stopping = stopping;
        address = uri.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped).TrimEnd('/');
        // A redirection would send the header to any address that the server names.
        client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = patience, UseCookies = false }) { Timeout = Timeout.InfiniteTimeSpan };
        authorization ??= uri.UserInfo.Length > 0 ? "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(uri.UserInfo))) : null;
        Secret.HideIn(url);
        Secret.Hide(authorization);
        if (authorization is not null)
            client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", authorization);
    }

    /// <summary>The address, without credentials.</summary>
    public string Address => address;

    /// <summary>Whether the server has <c>ac/&lt;key&gt;</c> or <c>cas/&lt;sha256&gt;</c>.</summary>
    public bool Has(string name) => Ask(async alarm =>
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, Url(name));
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, alarm.Token).ConfigureAwait(false);
        return IsThere(response);
    });

    /// <summary>An entry of <c>ac/</c>; null if it is missing.</summary>
    public byte[]? Get(string name) => Ask(async alarm =>
    {
        using var response = await client.GetAsync(Url(name), HttpCompletionOption.ResponseHeadersRead, alarm.Token).ConfigureAwait(false);
        if (!IsThere(response))
            return null;
        using var target = new MemoryStream();
        await Receive(response, target, RecordRules.LongestRecord, alarm, longest: 2 * patience).ConfigureAwait(false);
        return target.ToArray();
    });

    /// <summary>Downloads a blob into a new file and hashes it at the same time; false if it is missing.</summary>
    /// <exception cref="RemoteFaultException">It ended early or its bytes do not match its name.</exception>
    public bool TryGetBlob(StoredFile blob, string path) => Ask(async alarm =>
    {
        using var response = await client.GetAsync(Url($"cas/{blob.Sha256}"), HttpCompletionOption.ResponseHeadersRead, alarm.Token).ConfigureAwait(false);
        if (!IsThere(response))
            return false;
        var target = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        await using var closing = target.ConfigureAwait(false);
        var (sha256, size) = await Receive(response, target, blob.Size, alarm).ConfigureAwait(false);
        if (size != blob.Size || sha256 != blob.Sha256)
            throw new RemoteFaultException(RemoteFault.Damaged, $"gave {size} bytes for {blob.Sha256[..12]} that are not the {blob.Size} it should have");
        return true;
    });

    /// <summary>Uploads a file.</summary>
    public void Put(string name, string path) => Ask(async alarm =>
    {
        var source = new Watched(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, BufferBytes), alarm);
        await using var closing = source.ConfigureAwait(false);
        return await Send(name, new StreamContent(source, BufferBytes), alarm).ConfigureAwait(false);
    });

    /// <summary>Uploads bytes.</summary>
    public void Put(string name, byte[] bytes) => Ask(alarm => Send(name, new ByteArrayContent(bytes), alarm));

    public void Dispose() => client.Dispose();

    private async Task<bool> Send(string name, HttpContent content, Alarm alarm)
    {
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        using var response = await client.PutAsync(Url(name), content, alarm.Token).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode)
            throw Refusal(response);
        return true;
    }

    private async Task<(string Sha256, long Size)> Receive(HttpResponseMessage response, Stream target, long most, Alarm alarm, TimeSpan? longest = null)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var source = await response.Content.ReadAsStreamAsync(alarm.Token).ConfigureAwait(false);
        var buffer = new byte[BufferBytes];
        var size = 0L;
        var begun = Stopwatch.GetTimestamp();
        var (since, before) = (begun, 0L);
        for (int read; (read = await Read(source, buffer, alarm).ConfigureAwait(false)) > 0;)
        {
            alarm.Reset();
            if ((size += read) > most)
                throw new RemoteFaultException(RemoteFault.Damaged, $"gave more than the {most} bytes that there should be");
            // A byte now and then would keep a run waiting for days.
            if (Stopwatch.GetElapsedTime(since) is var elapsed && elapsed >= patience)
            {
                if (size - before < elapsed.TotalSeconds * LeastBytesPerSecond)
                    throw new RemoteFaultException(RemoteFault.Slow, $"gave {size - before} bytes in {elapsed.TotalSeconds:0} s, which is too slow");
                (since, before) = (Stopwatch.GetTimestamp(), size);
            }
            if (Stopwatch.GetElapsedTime(begun) > longest)
                throw new RemoteFaultException(RemoteFault.Slow, $"needed more than {longest.Value.TotalSeconds:0} s for a record, which is too slow");
            hash.AppendData(buffer, 0, read);
            await target.WriteAsync(buffer.AsMemory(0, read), CancellationToken.None).ConfigureAwait(false);
        }
        return (Convert.ToHexStringLower(hash.GetHashAndReset()), size);
    }

    private static async Task<int> Read(Stream source, byte[] buffer, Alarm alarm)
    {
        try
        {
            return await source.ReadAsync(buffer, alarm.Token).ConfigureAwait(false);
        }
        catch (IOException e) when (e is not HttpIOException)
        {
            // A connection that is reset within a body; elsewhere this type means the local disk.
            throw new RemoteFaultException(RemoteFault.Down, "broke off");
        }
    }

    private static bool IsThere(HttpResponseMessage response) => response.StatusCode switch
    {
        HttpStatusCode.OK => true,
        HttpStatusCode.NotFound or HttpStatusCode.Gone => false,
        _ => throw Refusal(response),
    };

    private static RemoteFaultException Refusal(HttpResponseMessage response) => new(
        (int)response.StatusCode is < 500 and not (408 or 429) ? RemoteFault.Refused : RemoteFault.Down,
        $"answered {HttpStatus.Text(response.StatusCode)}");

    private T Ask<T>(Func<Alarm, Task<T>> question)
    {
        for (var tries = 1; ; tries++)
        {
            using var alarm = new Alarm(patience, stopping);
            try
            {
                // No synchronization context is captured, so waiting here cannot deadlock.
                return question(alarm).GetAwaiter().GetResult();
            }
            catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
            {
                throw new RemoteFaultException(RemoteFault.Down, $"was silent for {patience.TotalSeconds:0.#} s");
            }
            catch (RemoteFaultException e) when (e.Fault == RemoteFault.Down && tries < Tries)
            {
                stopping.WaitHandle.WaitOne(BetweenTries);
            }
            // A failure to write the file is the local store's, and has another type of exception inside.
            catch (HttpRequestException e)
            {
                if (tries == Tries || e.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError)
                    throw new RemoteFaultException(RemoteFault.Down, Words(e));
                stopping.WaitHandle.WaitOne(BetweenTries);
            }
            catch (HttpIOException e)
            {
                if (tries == Tries)
                    throw new RemoteFaultException(RemoteFault.Down, $"broke off ({e.HttpRequestError})");
                stopping.WaitHandle.WaitOne(BetweenTries);
            }
            stopping.ThrowIfCancellationRequested();
        }
    }

    private static string Words(HttpRequestException e) => e.HttpRequestError switch
    {
        HttpRequestError.ConnectionError => "cannot be reached",
        HttpRequestError.NameResolutionError => "cannot be reached: its name is not known",
        HttpRequestError.SecureConnectionError => "cannot be reached: its certificate is not accepted",
        _ => $"broke off ({e.HttpRequestError})",
    };

    private string Url(string name) => $"{address}/{name}";

    /// <summary>Expires when no data has been sent or received for too long.</summary>
    private sealed class Alarm : IDisposable
    {
        private readonly CancellationTokenSource source;
        private readonly TimeSpan patience;

        public Alarm(TimeSpan patience, CancellationToken stopping)
        {
            this.patience = patience;
            source = CancellationTokenSource.CreateLinkedTokenSource(stopping);
            Reset();
        }

        public CancellationToken Token => source.Token;

        public void Reset() => source.CancelAfter(patience);

        public void Dispose() => source.Dispose();
    }

    /// <summary>A file that is being sent: each piece read from it shows that the server accepts data.</summary>
    private sealed class Watched(FileStream file, Alarm alarm) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => true;

        public override bool CanWrite => false;

        public override long Length => file.Length;

        public override long Position { get => file.Position; set => file.Position = value; }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            alarm.Reset();
            return file.ReadAsync(buffer, cancellationToken);
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            alarm.Reset();
            return file.Read(buffer, offset, count);
        }

        public override long Seek(long offset, SeekOrigin origin) => file.Seek(offset, origin);

        public override void Flush()
        {
        }

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override async ValueTask DisposeAsync()
        {
            await file.DisposeAsync().ConfigureAwait(false);
            await base.DisposeAsync().ConfigureAwait(false);
        }
    }
}
