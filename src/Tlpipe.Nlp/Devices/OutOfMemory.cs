// Tells a lack of memory from other failures.
using System.Runtime.InteropServices;

namespace Tlpipe.Nlp.Devices;

/// <summary>The ways in which libtorch, CUDA and .NET say that memory ran out.</summary>
public static class OutOfMemory
{
    /// <summary>Whether an exception says so.</summary>
    public static bool IsCause(Exception exception) => exception switch
    {
        OutOfMemoryException => true,
        AggregateException e => e.InnerExceptions.Any(IsCause),
        ExternalException e => e.Message.Contains("out of memory", StringComparison.OrdinalIgnoreCase)
            || e.Message.Contains("DefaultCPUAllocator", StringComparison.Ordinal)
            || e.Message.Contains("bad_alloc", StringComparison.Ordinal)
            // cuBLAS takes its workspace beside torch's own memory, and is often the first to get none.
            || e.Message.Contains("CUBLAS_STATUS_ALLOC_FAILED", StringComparison.Ordinal),
        _ => false,
    };
}
