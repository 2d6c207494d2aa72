#include "com/wmi.h"

#include "com/com_failure.h"
#include "com/com_raii.h"
#include "com/connection.h"
#include "com/exec_method.h"
#include "com/get_object.h"
#include "com/query.h"
#include "com/subscription.h"

namespace hje {
namespace {

// What an earlier call left on this thread would be taken for the next call's extended status.
void ForgetErrorInfo() { SetErrorInfo(0, nullptr); }

struct Runner {
  Connection& connection;
  const std::atomic<bool>& abandoned;

  Result operator()(const ExecMethodRequest& request) const { return ExecMethod(connection, request); }
  Result operator()(const GetObjectRequest& request) const { return GetObjectAt(connection, request); }
  Result operator()(const QueryRequest& request) const { return Query(connection, request, abandoned); }
  Result operator()(const SubscribeRequest& request) const {
    Subscribe(connection, request);
    return {};
  }
  Result operator()(const NextEventsRequest&) const { return NextEvents(connection, abandoned); }
};

class ComLink final : public Link {
 public:
  explicit ComLink(std::shared_ptr<Connection> connection) : connection_(std::move(connection)) {}
  Result Run(const Request& request, const std::atomic<bool>& abandoned) override {
    ForgetErrorInfo();
    return std::visit(Runner{*connection_, abandoned}, request);
  }

 private:
  const std::shared_ptr<Connection> connection_;
};

class ComThread final : public ThreadScope {
 public:
  void Check() const override { hje::Check(apartment_.status(), "CoInitializeEx"); }

 private:
  const MtaApartment apartment_;
};

class ComWmi final : public Wmi {
 public:
  std::unique_ptr<ThreadScope> EnterThread() const override { return std::make_unique<ComThread>(); }
  std::shared_ptr<Link> Connect(std::shared_ptr<const ConnectionSettings> settings) const override {
    ForgetErrorInfo();
    return std::make_shared<ComLink>(Connection::Open(std::move(settings)));
  }
};

}  // namespace

std::shared_ptr<const Wmi> MakeWmi() { return std::make_shared<const ComWmi>(); }

}  // namespace hje
