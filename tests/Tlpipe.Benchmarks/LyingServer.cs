// A server of a shared store that answers some requests with what it should not.
using System.Net;
using System.Net.Sockets;

namespace Tlpipe.Benchmarks;

/// <summary>Serves a store's results on the loopback, some of them changed, cut, of another name, or not at all.</summary>
internal sealed class LyingServer : IDisposable
{
    private const int OneIn = 4;
    private readonly HttpListener listener = new();
    private readonly Random chance;
    private readonly string store;
    private int lies;

    public LyingServer(string store, int seed)
    {
        this.store = store;
        chance = new Random(seed);
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            Address = $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}";
        }
        listener.Prefixes.Add(Address + "/");
        listener.Start();
        new Thread(Serve) { IsBackground = true }.Start();
    }

    public string Address { get; }

    /// <summary>How many answers were lies.</summary>
    public int Lies => Volatile.Read(ref lies);

    public void Dispose() => listener.Close();

    private void Serve()
    {
        while (listener.IsListening)
        {
            try
            {
                Answer(listener.GetContext());
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException or IOException)
            {
                // The client or the listener has gone.
            }
        }
    }

    private void Answer(HttpListenerContext context)
    {
        using var response = context.Response;
        var body = BodyOf(context.Request.Url!.AbsolutePath.Trim('/').Split('/'));
        if (body is not null && chance.Next(OneIn) == 0)
        {
            Interlocked.Increment(ref lies);
            body = chance.Next(5) switch
            {
                0 => body[..chance.Next(body.Length)],
                1 => [.. body, 0],
                2 => null,
                3 => Changed(body, 1 + chance.Next(16)),
                _ => Changed(body, 1),
            };
        }
        response.StatusCode = body is null ? (chance.Next(3) == 0 ? 500 : 404) : 200;
        if (body is not null)
            response.OutputStream.Write(body);
    }

    private byte[] Changed(byte[] body, int changes)
    {
        for (; changes > 0; changes--)
            body[chance.Next(body.Length)] ^= (byte)(1 << chance.Next(8));
        return body;
    }

    private byte[]? BodyOf(string[] parts)
    {
        var path = parts is ["cas", var sha256] ? Path.Combine(store, "cas", sha256[..2], sha256)
            : parts is ["ac", var key] ? Path.Combine(store, "results", key[..2], $"{key}.json") : "";
        if (!File.Exists(path))
            return null;
        var bytes = File.ReadAllBytes(path);
        return parts[0] == "cas" ? bytes : Entry(bytes);
    }

    // Field 5, stdout_raw, of an ActionResult: the record.
    private static byte[] Entry(byte[] record)
    {
        var head = new List<byte> { 0x2A };
        for (var left = record.Length; ; left >>= 7)
        {
            head.Add((byte)((left & 0x7F) | (left > 0x7F ? 0x80 : 0)));
            if (left <= 0x7F)
                break;
        }
        return [.. head, .. record];
    }
}
