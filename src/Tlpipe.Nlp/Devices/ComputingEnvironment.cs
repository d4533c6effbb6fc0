// What libtorch and the libraries below it are told by environment variables.
namespace Tlpipe.Nlp.Devices;

/// <summary>
/// Environment variables of a process that computes. The libraries read them when they are loaded, so whoever starts the process sets them: tlpipe for its
/// children. Tests set those of OpenMP before libtorch is loaded.
/// </summary>
public static class ComputingEnvironment
{
    /// <summary>
    /// How often a thread of OpenMP looks for work before it sleeps. The default of 300,000 turns takes much from cores that others use, too, and none at all
    /// made small models half as fast on idle ones; this many lost 6 % there.
    /// </summary>
    public const string SpinCount = "GOMP_SPINCOUNT";

    /// <summary>The variables with their values.</summary>
    public static IReadOnlyDictionary<string, string> Variables { get; } = new Dictionary<string, string>
    {
        // A page that a process touches for the first time costs microseconds, and a step of a training touches hundreds of MB anew where freed memory goes
        // back to the system at once. glibc keeps it, and takes it in pages of 2 MB: an evaluation of a small model was twice as fast.
        //
        // libtorch asks for addresses divisible by 64, for which glibc cuts a piece of some 48 bytes off a free block. Pieces that it keeps aside for small
        // requests (of up to 1,032 bytes by default) are not put back: the block is then too short for the same request, a larger one is cut, and memory
        // grew by 2.5 MB with each update of a small model, without end. Kept aside are blocks of up to 48 bytes now, seven of a size for each thread.
        ["GLIBC_TUNABLES"] = string.Join(
            ':',
            "glibc.malloc.hugetlb=1",
            "glibc.malloc.mmap_max=0",
            "glibc.malloc.trim_threshold=1073741824",
            "glibc.malloc.top_pad=67108864",
            "glibc.malloc.tcache_max=32",
            "glibc.malloc.mxfast=32"),
        [SpinCount] = "10000",
        // .NET compiles a method anew, beside the computation, once it was called 30 times. What calls libtorch gains nothing by it, and there are some 800 of those: after
        // 3,000 calls (in hexadecimal) there are few, and a short training is 6 % faster.
        ["DOTNET_TC_CallCountThreshold"] = "BB8",
    };
}
