// Pipes in the file system, for tests of what must not open them; compiled into the test projects that name it.
using System.Diagnostics;

namespace Tlpipe.TestSupport;

/// <summary>A name that leads to a pipe: whoever opens it to read waits until another opens it to write.</summary>
internal static class NamedPipe
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static string Create(string path)
    {
        File.Delete(path);
        using var made = Process.Start("mkfifo", [path]);
        made.WaitForExit();
        return path;
    }

    /// <summary>Asserts that an action fails at once; one that waits for the pipe is left behind.</summary>
    public static async Task<T> FailsAtOnce<T>(Action action)
        where T : Exception => await Assert.ThrowsAsync<T>(() => Task.Run(action).WaitAsync(Patience));
}
