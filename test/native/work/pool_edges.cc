// The pool with a stand-in for WMI that throws, and with an allocator that fails: every exception becomes the
// failure of its call, and the process lives. Prints a line for each check; scripts/test/pool-edges.test.mjs
// runs it.
#include <process.h>

#include <cstdio>
#include <functional>
#include <map>
#include <new>
#include <stdexcept>
#include <system_error>

#include "../failing_allocator.h"
#include "work/call_pool.h"

namespace {

using namespace hje;

constexpr DWORD kPatienceMs = 20'000;

int failed = 0;

void Check(const std::string& what, bool holds) {
  std::printf("%s %s\n", holds ? "ok" : "not ok", what.c_str());
  std::fflush(stdout);
  if (!holds) ++failed;
}

// Threads of pools that have begun and not ended.
std::atomic<size_t> threads{0};

class Scope final : public ThreadScope {
 public:
  explicit Scope(std::function<void()> check) : check_(std::move(check)) { ++threads; }
  ~Scope() override { --threads; }
  void Check() const override { check_(); }

 private:
  const std::function<void()> check_;
};

class Standin final : public Link {
 public:
  explicit Standin(std::function<void(const std::u16string&)> run) : run_(std::move(run)) {}
  Result Run(const Request& request, const std::atomic<bool>&) override {
    run_(std::get<GetObjectRequest>(request).path);
    return {};
  }

 private:
  const std::function<void(const std::u16string&)> run_;
};

// What each edge does; nothing unless it is set.
struct Edges final : Wmi {
  std::function<void()> enter = [] {};
  std::function<void()> check = [] {};
  std::function<void()> connect = [] {};
  std::function<void(const std::u16string&)> run = [](const std::u16string&) {};

  std::unique_ptr<ThreadScope> EnterThread() const override {
    enter();
    return std::make_unique<Scope>(check);
  }
  std::shared_ptr<Link> Connect(std::shared_ptr<const ConnectionSettings>) const override {
    connect();
    return std::make_shared<Standin>(run);
  }
};

class Sink final : public CallSink {
 public:
  void Deliver(std::shared_ptr<Call> call) noexcept override {
    failing_allocator::Arm(0, 0);
    const Lock lock(mutex_);
    delivered_[call->ticket] = std::move(call);
    changed_.NotifyAll();
  }
  // Null when it does not come.
  std::shared_ptr<Call> Wait(double ticket) {
    const uint64_t deadline = GetTickCount64() + kPatienceMs;
    Lock lock(mutex_);
    while (delivered_.count(ticket) == 0) {
      const uint64_t now = GetTickCount64();
      if (now >= deadline) return nullptr;
      changed_.WaitFor(lock, static_cast<DWORD>(deadline - now));
    }
    return delivered_[ticket];
  }

 private:
  Mutex mutex_;
  Condition changed_;
  std::map<double, std::shared_ptr<Call>> delivered_;
};

struct Host {
  // With a pool of its own, or as one more session of another's.
  explicit Host(std::shared_ptr<Edges> given, size_t workers = 1, std::shared_ptr<CallPool> shared = nullptr)
      : edges(std::move(given)),
        owns_pool(shared == nullptr),
        pool(owns_pool ? std::make_shared<CallPool>(edges) : std::move(shared)),
        lane(pool->Open(std::make_shared<ConnectionSettings>(), LaneLimits{workers, 100}, sink)) {}
  ~Host() {
    pool->Close(lane);
    if (!owns_pool) return;
    pool->Stop();
    pool->WaitForExit(kPatienceMs);
  }
  LaneStats Stats() const { return pool->Stats(*lane); }
  std::shared_ptr<Call> Make(const std::u16string& path) {
    auto call = std::make_shared<Call>();
    call->ticket = ++last;
    call->request = GetObjectRequest{path};
    return call;
  }
  std::shared_ptr<Call> Submit(const std::u16string& path) {
    auto call = Make(path);
    return pool->Submit(lane, call) == SubmitStatus::kAccepted ? call : nullptr;
  }
  std::shared_ptr<Call> Settled(const std::shared_ptr<Call>& call) {
    return call == nullptr ? nullptr : sink->Wait(call->ticket);
  }
  std::shared_ptr<Call> Connect() {
    auto call = Make(u"");
    return pool->Connect(lane, call) == SubmitStatus::kAccepted ? Settled(call) : nullptr;
  }
  std::shared_ptr<Call> Run(const std::u16string& path = u"x") { return Settled(Submit(path)); }

  double last = 0;
  const std::shared_ptr<Edges> edges;
  const std::shared_ptr<Sink> sink = std::make_shared<Sink>();
  const bool owns_pool;
  const std::shared_ptr<CallPool> pool;
  const std::shared_ptr<Lane> lane;
};

bool FailedWith(const std::shared_ptr<Call>& call, uint32_t hresult) {
  return call != nullptr && call->failure && call->failure->hresult == hresult;
}
bool Succeeded(const std::shared_ptr<Call>& call) { return call != nullptr && !call->failure; }

struct Thrown {
  const char* what;
  std::function<void()> raise;
  uint32_t hresult;
};
const Thrown kThrown[] = {
    {"bad_alloc", [] { throw std::bad_alloc(); }, 0x8007000E},
    {"length_error", [] { std::u16string().resize(std::u16string().max_size() + 1); }, 0x8000FFFF},
    {"system_error", [] { throw std::system_error(std::make_error_code(std::errc::io_error)); }, 0x8000FFFF},
    {"a number", [] { throw 7; }, 0x8000FFFF},
    {"a failure", [] { throw Failure(0x80041003, "here"); }, 0x80041003},
#ifndef FAILING_ALLOCATOR_OFF
    {"bad_alloc of an allocation",
     [] {
       failing_allocator::Arm(1, 1);
       ::operator delete(::operator new(sizeof(int)));  // the compiler may leave out a mere `delete new int`
     },
     0x8007000E},
    {"length_error while nothing can be allocated",
     [] {
       try {
         throw std::length_error("a text longer than what a string holds within itself");
       } catch (...) {
         failing_allocator::Arm(1, 4);
         throw;
       }
     },
     0x8000FFFF},
#endif
};

void ThrowAtEachEdge() {
  for (const Thrown& thrown : kThrown) {
    const std::string what = thrown.what;
    {
      auto edges = std::make_shared<Edges>();
      edges->run = [&](const std::u16string& path) {
        if (path == u"throw") thrown.raise();
      };
      Host host(edges);
      host.Connect();
      Check(what + " by a call is its failure", FailedWith(host.Run(u"throw"), thrown.hresult));
      Check(what + " by a call leaves the thread to the next", Succeeded(host.Run()));
    }
    {
      auto edges = std::make_shared<Edges>();
      edges->connect = thrown.raise;
      Host host(edges);
      Check(what + " by an attempt to connect is its failure", FailedWith(host.Connect(), thrown.hresult));
      edges->connect = [] {};
      Check(what + " by an attempt to connect lets the next succeed", Succeeded(host.Connect()));
    }
    {
      auto edges = std::make_shared<Edges>();
      edges->check = thrown.raise;
      Host host(edges);
      Check(what + " by the check of a thread is the call's failure",
            FailedWith(host.Connect(), thrown.hresult));
    }
    {
      auto edges = std::make_shared<Edges>();
      edges->enter = thrown.raise;
      Host host(edges);
      const auto call = host.Connect();
      Check(what + " on entering a thread is a failure", call != nullptr && call->failure.has_value());
    }
  }
}

// What calls hang at until it opens.
class Gate {
 public:
  void Pass() {
    Lock lock(mutex_);
    while (!open_) changed_.WaitFor(lock, 1'000);
  }
  void Open() {
    const Lock lock(mutex_);
    open_ = true;
    changed_.NotifyAll();
  }
  void Shut() {
    const Lock lock(mutex_);
    open_ = false;
  }

 private:
  Mutex mutex_;
  Condition changed_;
  bool open_ = false;
};

// The calls that hang keep the gate: some outlive the test.
std::shared_ptr<Edges> HangingAt(std::shared_ptr<Gate> gate) {
  auto edges = std::make_shared<Edges>();
  edges->run = [gate](const std::u16string& path) {
    if (path == u"hang") gate->Pass();
  };
  return edges;
}

bool Becomes(const std::function<bool()>& holds) {
  const uint64_t deadline = GetTickCount64() + kPatienceMs;
  while (!holds()) {
    if (GetTickCount64() > deadline) return false;
    Sleep(1);
  }
  return true;
}

// One worker serves short calls; then one call that hangs, and three short ones behind it, come at once.
void GrowForWhatIsQueued() {
  const auto gate = std::make_shared<Gate>();
  Host host(HangingAt(gate), 4);
  host.Connect();
  const auto wait_for_idle = [&] {
    while (host.Stats().idle == 0) SwitchToThread();
  };
  // Enough for short calls to be what is typical.
  for (int i = 0; i < 200; ++i) {
    wait_for_idle();
    host.Run();
  }
  wait_for_idle();
  Check("short calls one after another need one worker", threads == 1);
  const auto hanging = host.Submit(u"hang");
  std::vector<std::shared_ptr<Call>> calls;
  for (int i = 0; i < 3; ++i) calls.push_back(host.Submit(u"x"));
  bool all = true;
  for (const auto& call : calls) all = Succeeded(host.Settled(call)) && all;
  Check("short calls behind one that hangs find a worker", all);
  gate->Open();
  Check("the call that hung is delivered too", Succeeded(host.Settled(hanging)));
}

// After its deadline a call is abandoned: it still ends, has no result, and gives its worker back.
void SettleLate() {
  const auto gate = std::make_shared<Gate>();
  {
    Host host(HangingAt(gate));
    host.Connect();
    const auto call = host.Submit(u"hang");
    while (host.Stats().in_flight == 0) Sleep(1);
    Check("a call that executes is abandoned", host.pool->Abandon(*host.lane, call));
    Check("an abandoned call is counted as stuck", host.Stats().stuck == 1);
    Check("a stuck worker is replaced", Succeeded(host.Run()));
    gate->Open();
    Check("a late call is delivered without a result",
          host.Settled(call) != nullptr && std::holds_alternative<std::monostate>(call->result));
    Check("a late call is stuck no longer", host.Stats().stuck == 0);

    gate->Shut();
    const auto last = host.Submit(u"hang");
    while (host.Stats().in_flight == 0) Sleep(1);
    host.pool->Stop();
    gate->Open();
    host.pool->WaitForExit(kPatienceMs);
    Check("after the end nothing is accepted", host.pool->Submit(host.lane, last) == SubmitStatus::kClosed);
  }
  Check("a call that ends after the end leaves the process alive", true);
}

// A hundred sessions of one pool, and every call to ten of them hangs.
void ShareBetweenSessions() {
  constexpr size_t kSessions = 100;
  constexpr size_t kHanging = 10;
  constexpr size_t kWorkers = 4;
  constexpr size_t kShared = 32;
  Becomes([] { return threads == 0; });
  const auto gate = std::make_shared<Gate>();
  Host first(HangingAt(gate), kWorkers);
  std::vector<std::unique_ptr<Host>> sessions;
  while (sessions.size() < kSessions) {
    sessions.push_back(std::make_unique<Host>(first.edges, kWorkers, first.pool));
    sessions.back()->Connect();
  }
  Check("sessions that do nothing share one thread", Becomes([] { return threads == 1; }));
  std::vector<std::shared_ptr<Call>> hanging;
  for (size_t i = 0; i < kHanging; ++i) {
    for (size_t n = 0; n < 2 * kWorkers; ++n) hanging.push_back(sessions[i]->Submit(u"hang"));
  }
  const auto executing = [&] {
    size_t sum = 0;
    for (const auto& session : sessions) sum += session->Stats().workers;
    return sum;
  };
  Becomes([&] { return executing() >= kShared; });
  Sleep(50);
  bool within_share = true;
  bool has_one = true;
  for (size_t i = 0; i < kHanging; ++i) {
    within_share = within_share && sessions[i]->Stats().workers <= kWorkers;
    has_one = has_one && sessions[i]->Stats().workers >= 1;
  }
  Check("a session holds no more than its share", within_share);
  Check("every session has a thread though all are held", has_one);
  Check("sessions that hang hold what is shared, and one each", threads <= kShared + kHanging);

  bool all = true;
  for (size_t i = kHanging; i < kSessions; ++i) all = Succeeded(sessions[i]->Run()) && all;
  Check("calls to the other sessions are made meanwhile", all);
  Check("they need few threads of their own", threads <= kShared + kHanging + 4);
  std::vector<std::shared_ptr<Call>> burst;
  for (size_t i = kHanging; i < kSessions; ++i) burst.push_back(sessions[i]->Submit(u"x"));
  for (size_t i = kHanging; i < kSessions; ++i)
    all = Succeeded(sessions[i]->Settled(burst[i - kHanging])) && all;
  Check("also when all come at once", all);

  // Its calls are given up, and the next ones find a thread.
  for (size_t n = 0; n < 2 * kWorkers; ++n) sessions[0]->pool->Abandon(*sessions[0]->lane, hanging[n]);
  Check("a session whose calls were given up goes on", Succeeded(sessions[0]->Run()));

  const uint64_t closing = GetTickCount64();
  sessions.clear();
  Check("sessions that hang are closed without waiting", GetTickCount64() - closing < 1'000);
  Check("a session opened after that is served", first.Connect() != nullptr && Succeeded(first.Run()));
  gate->Open();
  Check("what hung lets its threads go", Becomes([&] { return first.Stats().idle == threads; }));
}

// However much a session has queued, a call to another one is made at once.
void TakeTurns() {
  constexpr size_t kQueued = 100;
  auto edges = std::make_shared<Edges>();
  edges->run = [](const std::u16string& path) {
    if (path == u"slow") Sleep(20);
  };
  Host greedy(edges, 4);
  Host modest(edges, 4, greedy.pool);
  greedy.Connect();
  modest.Connect();
  for (size_t i = 0; i < kQueued; ++i) greedy.Submit(u"slow");
  Check("a session that has queued much does not hold another", Succeeded(modest.Run()));
  Check("whose call came before most of those", greedy.Stats().queued > kQueued / 2);
}

// Waits for events have a thread of their own, kept between two waits.
void ListenApart() {
  constexpr size_t kThreads = 2;  // a worker, and the one that listens
  Becomes([] { return threads == 0; });
  const auto gate = std::make_shared<Gate>();
  Host host(HangingAt(gate));
  host.Connect();
  const auto listen = [&](const std::u16string& path) {
    auto call = host.Make(path);
    return host.pool->Listen(host.lane, call) == SubmitStatus::kAccepted ? call : nullptr;
  };
  const auto waiting = listen(u"hang");
  Check("a wait for events holds no call", Succeeded(host.Run()));
  gate->Open();
  Check("a wait for events is delivered", Succeeded(host.Settled(waiting)));
  for (int i = 0; i < 100; ++i) host.Settled(listen(u"x"));
  Check("further waits use the same thread", threads == kThreads);

  gate->Shut();
  std::vector<std::shared_ptr<Call>> held;
  for (int i = 0; i < 4; ++i) {
    held.push_back(listen(u"hang"));
    host.pool->Abandon(*host.lane, held.back());
  }
  Check("waits that hang are bounded", listen(u"x") == nullptr);
  Check("and hold no call", Succeeded(host.Run()));
  Check("and are counted", host.Stats().stuck == 4);
  gate->Open();
  bool all = true;
  for (const auto& call : held) all = host.Settled(call) != nullptr && all;
  Check("all are delivered in the end", all);
  Check("and one thread is left to listen", Becomes([&] { return threads == kThreads; }));
}

// Everything at once, from several threads: what the pool's lock is for.
struct Storm {
  static constexpr size_t kThreads = 6;
  static constexpr int kRounds = 400;

  std::shared_ptr<Edges> edges = std::make_shared<Edges>();
  std::shared_ptr<CallPool> pool = std::make_shared<CallPool>(edges);
  std::atomic<size_t> running{kThreads};
  std::atomic<size_t> settled{0};
  std::atomic<size_t> lost{0};

  static unsigned __stdcall Main(void* raw) {
    auto* storm = static_cast<Storm*>(raw);
    for (int round = 0; round < kRounds; ++round) storm->Session(round);
    --storm->running;
    return 0;
  }

  void Session(int round) {
    Host host(edges, 1 + static_cast<size_t>(round % 3), pool);
    host.Connect();
    std::vector<std::shared_ptr<Call>> calls;
    for (int i = 0; i < 8; ++i) calls.push_back(host.Submit(i % 4 == 0 ? u"yield" : u"x"));
    auto listening = host.Make(u"x");
    pool->Listen(host.lane, listening);
    if (round % 5 == 0) {
      for (const auto& call : calls) pool->Abandon(*host.lane, call);
      host.Stats();
      return;  // with calls under way
    }
    calls.push_back(listening);
    for (const auto& call : calls) ++(Succeeded(host.Settled(call)) ? settled : lost);
  }
};

void RunTheStorm() {
  Storm storm;
  storm.edges->run = [](const std::u16string& path) {
    if (path == u"yield") SwitchToThread();
  };
  for (size_t i = 0; i < Storm::kThreads; ++i) {
    CloseHandle(reinterpret_cast<HANDLE>(_beginthreadex(nullptr, 0, &Storm::Main, &storm, 0, nullptr)));
  }
  while (storm.running > 0) Sleep(1);
  Check("in a storm every call is settled", storm.lost == 0 && storm.settled == Storm::kThreads * 320 * 9);
  storm.pool->Stop();
  storm.pool->WaitForExit(kPatienceMs);
}

}  // namespace

int main() {
  ThrowAtEachEdge();
  GrowForWhatIsQueued();
  SettleLate();
  ShareBetweenSessions();
  TakeTurns();
  ListenApart();
  RunTheStorm();
  std::printf("%d failed\n", failed);
  return failed == 0 ? 0 : 1;
}
