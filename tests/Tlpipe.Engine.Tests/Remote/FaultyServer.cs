// A server of Bazel's remote cache in this process, which can be made to fail in every way that servers do.
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Tlpipe.Engine.Tests.Remote;

/// <summary>The server's faults for requests whose path contains a text.</summary>
internal enum Misbehaviour
{
    None,
    ServerError,
    Unauthorized,
    ReadOnly,
    Missing,
    CutShort,
    FlippedBit,
    Garbage,
    TooLong,
    Silent,
    HangsUp,
    Redirects,
}

internal sealed class FaultyServer : IDisposable
{
    private readonly HttpListener listener = new();
    private readonly ConcurrentQueue<string> requests = new();
    private readonly ManualResetEventSlim over = new();

    public FaultyServer()
    {
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            Url = $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/tlpipe";
        }
        listener.Prefixes.Add(Url + "/");
        listener.Start();
        new Thread(Serve) { IsBackground = true }.Start();
    }

    public string Url { get; }

    public ConcurrentDictionary<string, byte[]> Content { get; } = new();

    /// <summary>The fault, and the requests it applies to: those whose method and path contain the text.</summary>
    public (Misbehaviour What, string Which) Fault { get; set; }

    /// <summary>Method and path of every request, such as <c>GET ac/0123…</c>.</summary>
    public IReadOnlyList<string> Requests => [.. requests];

    /// <summary>The Authorization header of the last request.</summary>
    public string? Authorization { get; private set; }

    public void Dispose()
    {
        over.Set();
        listener.Close();
    }

    private void Serve()
    {
        while (listener.IsListening)
        {
            try
            {
                var context = listener.GetContext();
                ThreadPool.QueueUserWorkItem(_ => Answer(context));
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }
        }
    }

    private void Answer(HttpListenerContext context)
    {
        try
        {
            var (request, response) = (context.Request, context.Response);
            var path = request.Url!.AbsolutePath["/tlpipe/".Length..];
            var asked = $"{request.HttpMethod} {path}";
            requests.Enqueue(asked);
            Authorization = request.Headers["Authorization"];
            var fault = asked.Contains(Fault.Which ?? "", StringComparison.Ordinal) ? Fault.What : Misbehaviour.None;
            if (fault == Misbehaviour.Silent)
            {
                over.Wait();
                return;
            }
            if (fault == Misbehaviour.HangsUp)
            {
                response.Abort();
                return;
            }
            if (request.HttpMethod == "PUT")
            {
                using var body = new MemoryStream();
                request.InputStream.CopyTo(body);
                if (StatusOf(fault) is { } refused)
                    response.StatusCode = refused;
                else
                    (response.StatusCode, Content[path]) = (201, body.ToArray());
                response.Close();
                return;
            }
            Give(response, request.HttpMethod, path, fault);
        }
        catch (Exception e) when (e is HttpListenerException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The client has disconnected.
        }
    }

    private void Give(HttpListenerResponse response, string method, string path, Misbehaviour fault)
    {
        var bytes = Content.TryGetValue(path, out var stored) ? stored : null;
        response.StatusCode = StatusOf(fault) ?? (bytes is null || fault == Misbehaviour.Missing ? 404 : 200);
        if (fault == Misbehaviour.Redirects)
            response.RedirectLocation = "http://127.0.0.1:1/elsewhere";
        if (response.StatusCode != 200 || method == "HEAD")
        {
            response.Close();
            return;
        }
        var given = fault switch
        {
            Misbehaviour.FlippedBit => Flipped(bytes!),
            Misbehaviour.Garbage => [.. Enumerable.Range(0, bytes!.Length).Select(i => (byte)(i * 7))],
            Misbehaviour.TooLong => [.. bytes!, 1, 2, 3],
            _ => bytes!,
        };
        response.ContentLength64 = given.Length;
        response.OutputStream.Write(given, 0, fault == Misbehaviour.CutShort ? given.Length / 2 : given.Length);
        if (fault == Misbehaviour.CutShort)
            response.Abort();
        else
            response.Close();
    }

    private static byte[] Flipped(byte[] bytes)
    {
        var flipped = (byte[])bytes.Clone();
        flipped[^1] ^= 1;
        return flipped;
    }

    private static int? StatusOf(Misbehaviour fault) => fault switch
    {
        Misbehaviour.ServerError => 503,
        Misbehaviour.Unauthorized => 401,
        Misbehaviour.ReadOnly => 405,
        Misbehaviour.Redirects => 302,
        _ => null,
    };
}
