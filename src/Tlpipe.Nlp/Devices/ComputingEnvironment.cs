// The environment variables with which libtorch and the libraries below it run best.
namespace Tlpipe.Nlp.Devices;

/// <summary>
/// Environment variables of a process that computes. The libraries read them when they are loaded, so the process that starts another sets them: tlpipe for its
/// children. Tests set those of OpenMP before libtorch is loaded.
/// </summary>
public static class ComputingEnvironment
{
    /// <summary>
    /// How often an OpenMP thread looks for work before it sleeps. The default of 300,000 turns slows other processes on the same cores; no spinning made
    /// small models half as fast on idle cores, and 10,000 turns cost 6 % there.
    /// </summary>
    public const string SpinCount = "GOMP_SPINCOUNT";

    /// <summary>The variables with their values.</summary>
    public static IReadOnlyDictionary<string, string> Variables { get; } = new Dictionary<string, string>
    {
        // A process pays microseconds for each page that it touches first, and a training step would touch hundreds of MB of new pages if freed memory went
        // back to the system at once. So glibc keeps freed memory, in pages of 2 MB: an evaluation of a small model was twice as fast.
        //
        // libtorch asks for addresses divisible by 64, so glibc cuts a piece of some 48 bytes off a free block. By default it keeps pieces of up to 1,032
        // bytes aside for small requests and does not put them back. The block is then too short for the next such request, a larger one is cut, and memory
        // grew by 2.5 MB with each update of a small model. Now only pieces of up to 48 bytes are kept aside, seven of a size for each thread.
        ["GLIBC_TUNABLES"] = string.Join(
            ':',
            "glibc.malloc.hugetlb=1",
            "glibc.malloc.mmap_max=0",
            "glibc.malloc.trim_threshold=1073741824",
            "glibc.malloc.top_pad=67108864",
            "glibc.malloc.tcache_max=32",
            "glibc.malloc.mxfast=32"),
        [SpinCount] = "10000",
        // .NET compiles a method again, beside the computation, after 30 calls. Some 800 methods call libtorch and gain nothing by that. Few of them reach
        // 3,000 calls (BB8 in hexadecimal), and a short training is 6 % faster with that threshold.
        ["DOTNET_TC_CallCountThreshold"] = "BB8",
        // Otherwise each process that is killed leaves three files in the folder for temporary files, through which a debugger would reach it.
        ["DOTNET_EnableDiagnostics"] = "0",
    };
}
