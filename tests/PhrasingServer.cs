// A server whose status line repeats what it was sent.
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Tlpipe.TestSupport;

/// <summary>Answers every request with one status line, in which <c>{}</c> stands for the last word of the request's Authorization header.</summary>
internal sealed class PhrasingServer : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly string answer;

    public PhrasingServer(string statusLine, string body = "")
    {
        answer = $"{statusLine}\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}";
        listener.Start();
        new Thread(Serve) { IsBackground = true }.Start();
    }

    public string Url => $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";

    public void Dispose() => listener.Dispose();

    private void Serve()
    {
        try
        {
            while (true)
            {
                using var client = listener.AcceptTcpClient();
                using var stream = client.GetStream();
                using var reader = new StreamReader(stream, Encoding.Latin1);
                var said = "";
                while (reader.ReadLine() is { Length: > 0 } line)
                    if (line.StartsWith("Authorization:", StringComparison.OrdinalIgnoreCase))
                        said = line.Split(' ')[^1];
                stream.Write(Encoding.Latin1.GetBytes(answer.Replace("{}", said, StringComparison.Ordinal)));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or IOException)
        {
            // The test is over.
        }
    }
}
